//! What belongs to the whole process: only [`run`](crate::run()) touches it, and a trace layer that reads the environment.

use kinetrace::__private::{StderrLines, warn};
use kinetrace::Telemetry;
use opentelemetry::trace::TracerProvider as _;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterFn, LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::log_format::Correlated;
use crate::log_settings::LogSettings;

/// The global tracer provider, and a subscriber unless there is one.
pub(crate) fn install(telemetry: &Telemetry, filter: Targets) {
    let log = log_layer().with_filter(filter);
    let spans = telemetry.provider().map(|provider| {
        opentelemetry::global::set_tracer_provider(provider.clone());
        tracing_opentelemetry::layer().with_tracer(provider.tracer("tracing")).with_filter(traced())
    });
    // An error means that the caller has a subscriber already, and it stays.
    let _ = tracing_subscriber::registry().with(log).with(spans).try_init();
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

/// Below this level are the spans that libraries open for every frame and every call. The Lambda runtime has one around each
/// of its workers, which never ends, and would be told whatever the business code logs outside of spans of its own. What
/// kinetrace warns of is not about the current record, so it is not an event of its span; its target is this word and not a
/// prefix, or a crate whose name begins with it would not be traced.
fn traced() -> FilterFn {
    let is_traced: fn(&Metadata<'_>) -> bool = |metadata| {
        let target = metadata.target();
        *metadata.level() <= Level::INFO && target != "kinetrace" && !target.starts_with("lambda_runtime")
    };
    FilterFn::new(is_traced).with_max_level_hint(LevelFilter::INFO)
}
