//! What belongs to the whole process: only [`run`](crate::run()) touches it, and a trace layer that reads the environment.

use kinetrace::__private::{StderrLines, warn};
use kinetrace::Telemetry;
use opentelemetry::trace::TracerProvider as _;
#[cfg(feature = "otlp-logs")]
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::datadog_ids;
use crate::log_format::Correlated;
use crate::log_settings::LogSettings;
use crate::span_layer::{self, traced};

/// The global tracer provider and propagators, and a subscriber unless there is one, which stays. What is logged is also
/// exported, where the environment asks for that.
pub(crate) fn install(telemetry: &Telemetry, filter: Targets) {
    opentelemetry::global::set_text_map_propagator(telemetry.propagators().clone());
    #[cfg(feature = "otlp-logs")]
    let log =
        log_layer().and_then(telemetry.logger_provider().map(OpenTelemetryTracingBridge::new)).with_filter(filter);
    #[cfg(not(feature = "otlp-logs"))]
    let log = log_layer().with_filter(filter);
    let spans = telemetry.provider().map(|provider| {
        opentelemetry::global::set_tracer_provider(provider.clone());
        tracing_opentelemetry::layer().with_tracer(provider.tracer(span_layer::SCOPE)).with_filter(traced())
    });
    let installed = tracing_subscriber::registry().with(log).with(spans).try_init();
    if installed.is_err() && telemetry.provider().is_some() {
        span_layer::complaint().into_iter().for_each(warn);
    }
}

/// What the log is to let through, as variables say.
pub(crate) fn log_filter() -> Targets {
    let LogSettings { filter, warnings } = LogSettings::read(variable);
    let (_, misread) = datadog_ids::read(variable);
    warnings.iter().chain(&misread).for_each(warn);
    filter
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The log needs a tracer, so it does not exist yet when variables are reported. A subscriber of the program's own is left alone.
/// To be called once: afterwards there has been a subscriber.
pub(crate) fn with_lines<T>(work: impl FnOnce() -> T) -> T {
    if tracing::dispatcher::has_been_set() { work() } else { tracing::subscriber::with_default(StderrLines, work) }
}

/// The log of [`run`](crate::run()), for a `tracing` subscriber of your own: JSON lines on standard error, each with the
/// `request_id` of the invocation and the `trace_id` and `span_id` of the current span; with `DD_LOGS_INJECTION=true` also with
/// `dd.trace_id` and `dd.span_id`, as Datadog's tracers write them. It filters nothing.
///
/// ```
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// let subscriber = tracing_subscriber::registry().with(kinetrace_consumer::log_layer());
/// # let _ = subscriber;
/// ```
pub fn log_layer<S: Subscriber + for<'a> LookupSpan<'a>>() -> impl Layer<S> {
    let (has_datadogs, _) = datadog_ids::read(variable);
    let format = move |inner| Correlated { inner, has_datadogs };
    tracing_subscriber::fmt::layer().json().map_event_format(format).with_writer(std::io::stderr)
}

#[cfg(all(test, feature = "otlp-logs"))]
mod log_tests {
    use opentelemetry::Context;
    use opentelemetry::trace::{Span as _, SpanContext, TraceContextExt as _, Tracer as _};
    use opentelemetry_sdk::logs::{InMemoryLogExporter, SdkLoggerProvider};
    use opentelemetry_sdk::trace::SdkTracerProvider;

    use super::*;

    #[test]
    fn a_log_record_names_its_span_whichever_api_opened_it_and_the_filter_holds_for_it() {
        let exporter = InMemoryLogExporter::default();
        let logs = SdkLoggerProvider::builder().with_simple_exporter(exporter.clone()).build();
        let provider = SdkTracerProvider::builder().build();
        let bridge = Some(OpenTelemetryTracingBridge::new(&logs));
        let log = log_layer().and_then(bridge).with_filter("info".parse::<Targets>().unwrap());
        let spans =
            tracing_opentelemetry::layer().with_tracer(provider.tracer(span_layer::SCOPE)).with_filter(traced());
        let subscriber = tracing_subscriber::registry().with(log).with(spans);
        let mut expected: Vec<Option<SpanContext>> = vec![None];
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!("outside");
            let span = provider.tracer("kinetrace").start("process");
            expected.push(Some(span.span_context().clone()));
            let _current = Context::current_with_span(span).attach();
            tracing::info!(origin = "JFK", "in the span of a record");
            tracing::debug!("less than the filter lets through");
            tracing::info_span!("business").in_scope(|| {
                expected.push(Some(Context::current().span().span_context().clone()));
                tracing::warn!("in a span of tracing");
            });
        });
        let records = exporter.get_emitted_logs().unwrap();
        let found = records.iter().map(|log| log.record.trace_context().map(|it| (it.trace_id, it.span_id)));
        let expected = expected.iter().map(|it| it.as_ref().map(|it| (it.trace_id(), it.span_id())));
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }
}
