//! The child processes: this very test program, told to run one ignored test that never ends.

use std::env;

use kinetrace_consumer::TraceLayer;
use kinetrace_testbed::configuration::Configuration;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::value::RawValue;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};

use crate::runtime::Runtime;

/// Runs the real Lambda runtime.
pub(crate) fn real() -> Configuration {
    configuration("bootstrap::run_the_lambda_runtime")
}

/// Runs it with the same service behind the trace layer.
pub(crate) fn layered() -> Configuration {
    configuration("bootstrap::run_a_service_behind_the_trace_layer")
}

/// Connects to `gate` after each response, and works there until it gets a byte.
pub(crate) fn lingering(gate: String) -> Configuration {
    Configuration { env: vec![("GATE".into(), gate)], ..configuration("bootstrap::work_after_each_response") }
}

/// Registers an extension, and says when it is told of its end.
pub(crate) fn extended() -> Configuration {
    configuration("bootstrap::end_when_told_to")
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
async fn run_a_service_behind_the_trace_layer() {
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        let layer = TraceLayer::from_env().unwrap();
        lambda_runtime::Runtime::new(service_fn(handle)).layer(layer).run().await.unwrap();
    }
}

async fn handle(event: LambdaEvent<Box<RawValue>>) -> Result<Box<RawValue>, lambda_runtime::Error> {
    println!("got {}", event.payload.get());
    match event.payload.get() {
        r#""fail""# => Err("as asked".into()),
        r#""hang""# => std::future::pending().await,
        r#""exit""# => std::process::exit(3),
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
        _ = runtime.extension_next(&identifier) => panic!("there is no event to be told of"),
        _ = runtime.next() => panic!("nothing was invoked"),
        _ = terminate.recv() => println!("told"),
    }
    match env::var_os("STUBBORN") {
        Some(_) => std::future::pending().await,
        None => std::process::exit(7),
    }
}
