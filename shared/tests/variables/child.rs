//! The process whose environment is tried: this very test program, told to run one ignored test.

use std::env;
use std::io::Read as _;
use std::time::{Duration, Instant};

use kinetrace::__private::StderrLines;
use kinetrace::Telemetry;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState, Tracer as _,
};
use opentelemetry::{Context, KeyValue};

/// If it is set, nothing is flushed, and the process goes on until its standard input ends.
pub(crate) const WITHOUT_FLUSH: &str = "WITHOUT_FLUSH";
/// Before what the process tells on its standard output.
pub(crate) const TOLD: &str = "told: ";
/// A flush that takes longer has waited for a collector that hangs: five seconds for spans, ten for metrics.
const SHORT: Duration = Duration::from_secs(4);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the child process of another test"]
async fn emit() {
    if env::var_os("CHILD").is_none() {
        return;
    }
    tracing::subscriber::set_global_default(StderrLines).unwrap();
    let telemetry = Telemetry::from_env().unwrap();
    emit_spans(&telemetry);
    telemetry.meter().u64_counter("counter").build().add(1, &[]);
    if env::var_os(WITHOUT_FLUSH).is_some() {
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        std::process::exit(0);
    }
    let since = Instant::now();
    telemetry.flush(Duration::from_secs(60)).await;
    println!("{TOLD}flush={}", if since.elapsed() < SHORT { "short" } else { "long" });
    std::process::exit(0);
}

/// Two spans; one of them with three of everything that there are limits for.
fn emit_spans(telemetry: &Telemetry) {
    let three = || ["a", "b", "c"].map(|key| KeyValue::new(key, "1")).to_vec();
    let tracer = telemetry.tracer();
    let mut span = tracer.start("limited");
    three().into_iter().for_each(|attribute| span.set_attribute(attribute));
    for _ in 0..3 {
        span.add_event("event", three());
        let other =
            SpanContext::new(TraceId::from(1), SpanId::from(1), TraceFlags::SAMPLED, true, TraceState::default());
        span.add_link(other, three());
    }
    let context =
        Context::new().with_span(span).with_baggage([KeyValue::new("tenant", "7"), KeyValue::new("note", "8")]);
    tracer.start_with_context("child", &context).end();
    let fields = telemetry.propagators().inject(&context);
    println!("{TOLD}fields={}", serde_json::to_string(&fields).unwrap());
    #[cfg(feature = "otlp-logs")]
    emit_log_records(telemetry, &context);
    context.span().end();
}

/// One in the span, and one outside of any; and one as a bridge makes it of a warning of this library.
#[cfg(feature = "otlp-logs")]
fn emit_log_records(telemetry: &Telemetry, context: &Context) {
    use opentelemetry::logs::{LogRecord as _, Logger as _, LoggerProvider as _};

    let Some(provider) = telemetry.logger_provider() else { return };
    let logger = provider.logger("logs");
    let emit = |target: &'static str, body: &'static str| {
        let mut record = logger.create_log_record();
        record.set_target(target);
        record.set_body(body.into());
        logger.emit(record);
    };
    let attached = context.clone().attach();
    emit("business", "inside");
    drop(attached);
    emit("kinetrace_consumer::processing", "outside");
    emit("kinetrace", "log records are being lost");
}
