//! What belongs to the whole process: only [`run`](crate::run()) touches it, and a trace layer that reads the environment.

use kinetrace::__private::{StderrLines, warn};
use kinetrace::Telemetry;
use opentelemetry::trace::TracerProvider as _;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::log_format::Correlated;
use crate::log_settings::LogSettings;
use crate::span_layer::{self, traced};

/// The global tracer provider, and a subscriber unless there is one, which stays.
pub(crate) fn install(telemetry: &Telemetry, filter: Targets) {
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
    let LogSettings { filter, warnings } = LogSettings::read(|name| std::env::var(name).ok());
    warnings.iter().for_each(warn);
    filter
}

/// The log needs a tracer, so it does not exist yet when variables are reported. A subscriber of the program's own is left alone.
/// To be called once: afterwards there has been a subscriber.
pub(crate) fn with_lines<T>(work: impl FnOnce() -> T) -> T {
    if tracing::dispatcher::has_been_set() { work() } else { tracing::subscriber::with_default(StderrLines, work) }
}

/// The log of [`run`](crate::run()), for a `tracing` subscriber of your own: JSON lines on standard error, each with the
/// `request_id` of the invocation and the `trace_id` and `span_id` of the current span. It filters nothing.
///
/// ```
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// let subscriber = tracing_subscriber::registry().with(kinetrace_consumer::log_layer());
/// # let _ = subscriber;
/// ```
pub fn log_layer<S: Subscriber + for<'a> LookupSpan<'a>>() -> impl Layer<S> {
    tracing_subscriber::fmt::layer().json().map_event_format(Correlated).with_writer(std::io::stderr)
}
