//! The child processes: this very test program, told to run one ignored test that never ends.

use std::sync::Arc;
use std::{env, fs};

use kinetrace::Telemetry;
use kinetrace_consumer::trace_layer::TraceLayer;
use kinetrace_consumer::{Consumer, Failure, Record};
use kinetrace_testbed::configuration::Configuration;
use lambda_runtime::{LambdaEvent, service_fn};
use opentelemetry::trace::TracerProvider as _;
use serde_json::value::RawValue;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Barrier;
use tracing::Instrument as _;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::runtime::Runtime;

/// Runs the real Lambda runtime.
pub(crate) fn real() -> Configuration {
    configuration("bootstrap::run_the_lambda_runtime")
}

/// If it is set, the service inside the trace layer ends as others do that know nothing of a last flush.
pub(crate) const WITHOUT_LAST_FLUSH: &str = "WITHOUT_LAST_FLUSH";

/// Runs it with the same service inside the trace layer.
pub(crate) fn layered() -> Configuration {
    configuration("bootstrap::run_a_service_inside_the_trace_layer")
}

/// Connects to `gate` after each response, and works there until it gets a byte.
pub(crate) fn lingering(gate: String) -> Configuration {
    Configuration { env: vec![("GATE".into(), gate)], ..configuration("bootstrap::work_after_each_response") }
}

/// Registers an extension, and says when its end is announced.
pub(crate) fn extended() -> Configuration {
    configuration("bootstrap::end_when_told_to")
}

/// Runs kinetrace's consumer, which handles `together` records at the same time or none.
pub(crate) fn consumer(together: u16, variables: &[(&str, &str)]) -> Configuration {
    let own = [("TOGETHER", together.to_string()), ("KINETRACE_RECORD_LOG", "all".to_owned())];
    let others = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
    let env = others.chain(own).map(|(name, value)| (name.to_owned(), value)).collect();
    Configuration { env, ..configuration("bootstrap::run_the_consumer") }
}

/// Runs a shell script instead.
pub(crate) fn shell(script: &str) -> Configuration {
    Configuration { args: vec!["-c".into(), script.into()], ..Configuration::new("f", "/bin/sh") }
}

fn configuration(test: &str) -> Configuration {
    let args = [test, "--exact", "--ignored", "--nocapture"].map(str::to_owned).to_vec();
    Configuration { args, ..Configuration::new("f", env::current_exe().unwrap()) }
}

#[tokio::test]
#[ignore = "the child process of other tests"]
async fn run_the_lambda_runtime() {
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        lambda_runtime::run_concurrent(service_fn(handle)).await.unwrap();
    }
}

#[tokio::test]
#[ignore = "the child process of other tests"]
async fn run_a_service_inside_the_trace_layer() {
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        let layer = TraceLayer::from_env().unwrap();
        if env::var_os(WITHOUT_LAST_FLUSH).is_some() {
            return lambda_runtime::Runtime::new(service_fn(handle)).layer(layer).run().await.unwrap();
        }
        let last_flush = layer.register_last_flush().await;
        last_flush.run(lambda_runtime::Runtime::new(service_fn(handle)).layer(layer).run()).await.unwrap();
    }
}

async fn handle(event: LambdaEvent<Box<RawValue>>) -> Result<Box<RawValue>, lambda_runtime::Error> {
    println!("got {}", event.payload.get());
    tracing::info!("got it");
    match event.payload.get() {
        r#""fail""# => Err("as asked".into()),
        r#""hang""# => std::future::pending().await,
        r#""exit""# => std::process::exit(3),
        r#""gate""# => {
            TcpStream::connect(env::var("GATE")?).await?.read_u8().await?;
            Ok(event.payload)
        }
        r#""id""# => Ok(serde_json::value::to_raw_value(&event.context.request_id)?),
        _ => Ok(event.payload),
    }
}

#[tokio::test]
#[ignore = "the child process of other tests"]
async fn work_after_each_response() {
    let Ok(gate) = env::var("GATE") else { return };
    let runtime = Runtime::new(&env::var("AWS_LAMBDA_RUNTIME_API").unwrap());
    loop {
        let invocation = runtime.next().await;
        runtime.respond(invocation.request_id(), "done").await;
        TcpStream::connect(&gate).await.unwrap().read_u8().await.unwrap();
        println!("flushed");
    }
}

#[tokio::test]
#[ignore = "the child process of other tests"]
async fn end_when_told_to() {
    let Ok(authority) = env::var("AWS_LAMBDA_RUNTIME_API") else { return };
    let (mut terminate, runtime) = (signal(SignalKind::terminate()).unwrap(), Runtime::new(&authority));
    let identifier = runtime.register("end").await.unwrap();
    tokio::select! {
        _ = runtime.extension_next(&identifier) => panic!("no event was expected"),
        _ = runtime.next() => panic!("nothing was invoked"),
        _ = terminate.recv() => println!("told"),
    }
    match env::var_os("STUBBORN") {
        Some(_) => std::future::pending().await,
        None => std::process::exit(7),
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the child process of other tests"]
async fn run_the_consumer() {
    let Ok(together) = env::var("TOGETHER") else { return };
    let together = Arc::new(Barrier::new(together.parse().unwrap()));
    let handler = move |record| process(record, Arc::clone(&together));
    if env::var_os("OWN_SUBSCRIBER").is_some() {
        let log = kinetrace_consumer::log_layer().with_filter(LevelFilter::INFO);
        tracing_subscriber::registry().with(log).with(kinetrace_consumer::span_layer()).init();
    }
    if env::var_os("BY_HAND").is_none() {
        return kinetrace_consumer::run(handler).await.unwrap();
    }
    let telemetry = Telemetry::from_env().unwrap();
    let tracer = telemetry.provider().unwrap().tracer("tracing");
    let log = kinetrace_consumer::log_layer().with_filter(LevelFilter::INFO);
    let spans = tracing_opentelemetry::layer().with_tracer(tracer);
    let spans = spans.with_filter(Targets::new().with_target("world", LevelFilter::INFO));
    tracing_subscriber::registry().with(log).with(spans).init();
    Consumer::builder(handler).telemetry(telemetry).build().unwrap().run().await.unwrap();
}

/// Logs outside of `tracing` spans, and within one.
async fn process(record: Record, together: Arc<Barrier>) -> Result<(), Failure> {
    let sequence_number = record.sequence_number;
    tracing::info!(%sequence_number, threads = threads().join(","), "before");
    together.wait().await;
    let within = async {
        tokio::task::yield_now().await;
        tracing::info!(%sequence_number, trace = env::var("_X_AMZN_TRACE_ID").ok(), "within");
    };
    within.instrument(tracing::info_span!("business code")).await;
    tracing::info!(%sequence_number, "after");
    Ok(())
}

/// The names of this process' threads, as far as the system tells.
fn threads() -> Vec<String> {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    tasks.filter_map(|task| fs::read_to_string(task.path().join("comm")).ok()).map(|name| name.trim().into()).collect()
}
