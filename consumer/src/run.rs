//! The entry point: telemetry, the Lambda runtime, the flush behind each response.

use kinetrace::Telemetry;
use kinetrace::lambda::{FlushLayer, check_environment};
use lambda_runtime::{LambdaInvocation, Runtime};
use opentelemetry::trace::TracerProvider as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::consumer::Consumer;
use crate::handler::Handler;
use crate::record_log::RecordLog;

/// Why a function cannot start, or go on.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Runs a Lambda function that hands every record to `handler`, until Lambda ends the process.
///
/// Telemetry is set up from the `OTEL_*` variables. The provider also becomes OpenTelemetry's global one, and a `tracing`
/// subscriber is installed unless there is one already, so that whatever the handler opens lands below its record's
/// span. `RUST_LOG` filters what is logged (to standard error, as JSON), not what is traced.
///
/// # Errors
///
/// The process does not run in Lambda, or a variable is malformed.
pub async fn run(handler: impl Handler) -> Result<(), Error> {
    check_environment()?;
    let telemetry = Telemetry::from_env()?;
    install(&telemetry);
    let flush = FlushLayer::new(telemetry.clone(), |invocation: &LambdaInvocation| invocation.context.deadline());
    Runtime::new(Consumer::new(handler, telemetry, RecordLog::default())).layer(flush).run().await
}

fn install(telemetry: &Telemetry) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr).with_filter(filter);
    let spans = telemetry.provider().map(|provider| {
        opentelemetry::global::set_tracer_provider(provider.clone());
        tracing_opentelemetry::layer().with_tracer(provider.tracer("tracing"))
    });
    // An error means that the caller has a subscriber already, and it stays.
    let _ = tracing_subscriber::registry().with(log).with(spans).try_init();
}
