//! The entry point: telemetry, the log, the Lambda runtime, the flushes behind responses and the last one.

use kinetrace::lambda::{FlushLayer, check_environment, read_variables, register_last_flush, report_panics};
use kinetrace::{KeyNames, StderrLines, Telemetry, complain};
use lambda_runtime::{LambdaInvocation, Runtime};
use opentelemetry::trace::TracerProvider as _;
use tower::layer::layer_fn;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{FilterExt as _, LevelFilter, Targets, filter_fn};
use tracing_subscriber::layer::{Filter, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::configuration::{Configuration, unknown_relation};
use crate::consumer::Consumer;
use crate::handler::{Handler, IntoHandler};
use crate::log_format::Correlated;
use crate::log_settings::LogSettings;
use crate::record_log::RecordLog;
use crate::request_id::Named;

pub use kinetrace::lambda::Error;

/// Runs a Lambda function that hands every record to `handler`, until Lambda ends the process.
///
/// On Lambda Managed Instances, where `AWS_LAMBDA_MAX_CONCURRENCY` is above 1, as many invocations are processed at once as
/// it says, each of another shard or of other partition keys; otherwise one after another.
///
/// How records are read is set by `KINETRACE_STRIP_FOREIGN` and `KINETRACE_READ_PARTITION_KEY` (`true` or `false`), how
/// their spans relate to their contexts by `KINETRACE_RELATION` (`auto`, `parent` or `link`), and how many are processed
/// at once by `KINETRACE_MAX_CONCURRENCY`: see [`Configuration`]. With `KINETRACE_HASH_KEYS=true`, lines name partition
/// keys by their hashes, which `KINETRACE_HASH_KEYS_SECRET` makes hard to guess: see [`KeyNames`]. So do spans, unless
/// `KINETRACE_KEY_ATTRIBUTE=false` keeps keys out of them.
///
/// `KINETRACE_RECORD_LOG` says which records have a line on standard output: `all`, `failures` or `none`, which is the default:
/// see [`RecordLog`].
///
/// Telemetry is set up from the `OTEL_*` variables, and leaves as `KINETRACE_FLUSH_INVOCATIONS` and
/// `KINETRACE_FLUSH_SECONDS` say: see [`FlushPolicy`](kinetrace::lambda::FlushPolicy). If that is not after every
/// invocation, what waits leaves upon `SIGTERM`, and the process exits: see [`register_last_flush`].
///
/// The provider also becomes OpenTelemetry's global one, and a `tracing` subscriber is installed unless there is one
/// already, so that whatever the handler opens lands below its record's span: of `tracing` spans, those from `INFO` up.
/// `RUST_LOG`, or else `AWS_LAMBDA_LOG_LEVEL`, filters what is logged, not what is traced. Lines go to standard error, as JSON with the `request_id` of the
/// invocation and the `trace_id` and `span_id` of the current span. A task that the handler spawns is part of no invocation,
/// nor of a span: its lines have none of the three.
///
/// # Errors
///
/// The process does not run in Lambda, or a variable of the business is malformed: those of reading records, of
/// concurrency and of keys. One of telemetry or of the log is told of on standard error, and stops nothing.
pub async fn run<M>(handler: impl IntoHandler<M, Handler: Handler>) -> Result<(), Error> {
    report_panics();
    let (configuration, log, telemetry) = set_up().await?;
    let flush = flush_layer(&telemetry);
    let consumer = Consumer::new(handler, configuration, telemetry, log);
    Runtime::new(consumer).layer(flush).layer(layer_fn(Named)).run_concurrent().await?;
    Ok(())
}

/// What a function does once, before it asks for its first invocation.
pub(crate) async fn set_up() -> Result<(Configuration, RecordLog, Telemetry), Error> {
    check_environment()?;
    let (configuration, log, telemetry, filter) = with_lines(read_environment)?;
    install(&telemetry, filter);
    register_last_flush(&telemetry).await;
    Ok((configuration, log, telemetry))
}

fn read_environment() -> Result<(Configuration, RecordLog, Telemetry, Targets), Error> {
    let (configuration, key_names, (log, line)) =
        read_variables(|get| Ok::<_, Error>((Configuration::read(get)?, KeyNames::read(get)?, RecordLog::read(get))))?;
    let variable = |name: &str| std::env::var(name).ok();
    let LogSettings { filter, warnings } = LogSettings::read(variable);
    unknown_relation(variable).iter().chain(&line).chain(&warnings).for_each(complain);
    Ok((configuration, log.key_names(key_names), Telemetry::from_env()?, filter))
}

/// The log needs a tracer, so it does not stand yet when variables are told of. A subscriber of the program's own is left alone.
fn with_lines<T>(work: impl FnOnce() -> T) -> T {
    if tracing::dispatcher::has_been_set() { work() } else { tracing::subscriber::with_default(StderrLines, work) }
}

/// The flush behind each answer.
pub(crate) fn flush_layer(telemetry: &Telemetry) -> FlushLayer<LambdaInvocation> {
    FlushLayer::new(telemetry.clone(), |invocation| invocation.context.deadline())
}

fn install(telemetry: &Telemetry, filter: Targets) {
    let log = tracing_subscriber::fmt::layer().json().map_event_format(Correlated);
    let log = log.with_writer(std::io::stderr).with_filter(filter);
    let spans = telemetry.provider().map(|provider| {
        opentelemetry::global::set_tracer_provider(provider.clone());
        tracing_opentelemetry::layer().with_tracer(provider.tracer("tracing")).with_filter(traced())
    });
    // An error means that the caller has a subscriber already, and it stays.
    let _ = tracing_subscriber::registry().with(log).with(spans).try_init();
}

/// Below this level are the spans that libraries open for every frame and every call. The Lambda runtime has one around each
/// of its workers, which never ends, and would be told whatever the business code logs outside of spans of its own. What
/// kinetrace warns of is not about the record at hand, so it is not an event of its span.
fn traced<S>() -> impl Filter<S> {
    let levels = Targets::new().with_default(LevelFilter::INFO).with_target("lambda_runtime", LevelFilter::OFF);
    // `Targets` go by how a name begins, and so would take in a program whose name begins with it.
    let others = filter_fn(|metadata| metadata.target() != "kinetrace").with_max_level_hint(LevelFilter::INFO);
    levels.and(others)
}
