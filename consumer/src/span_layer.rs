//! Spans of `tracing` as spans of OpenTelemetry.

use opentelemetry::Context;
use opentelemetry::global::{self, BoxedSpan};
use opentelemetry::trace::{SpanBuilder, Tracer};
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterFn, LevelFilter};
use tracing_subscriber::registry::LookupSpan;

/// The scope of these spans.
pub(crate) const SCOPE: &str = "tracing";

/// A layer that exports `tracing` spans, to add to a `tracing` subscriber of your own. Spans from `INFO` up become spans of
/// OpenTelemetry's global provider, below the span of their record, as [`run`](crate::run()) has it.
///
/// The global provider is asked when a span begins. So the subscriber may be installed before
/// [`run`](crate::run()) or [`TraceLayer::from_env`](crate::trace_layer::TraceLayer::from_env), which set that provider.
///
/// ```
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// let subscriber = tracing_subscriber::registry()
///     .with(kinetrace_consumer::log_layer())
///     .with(kinetrace_consumer::span_layer());
/// # let _ = subscriber;
/// ```
pub fn span_layer<S: Subscriber + for<'a> LookupSpan<'a>>() -> impl Layer<S> {
    tracing_opentelemetry::layer().with_tracer(GlobalTracer).with_filter(traced()).and_then(SpansLeave)
}

struct GlobalTracer;

impl Tracer for GlobalTracer {
    type Span = BoxedSpan;

    fn build_with_context(&self, builder: SpanBuilder, parent: &Context) -> BoxedSpan {
        global::tracer(SCOPE).build_with_context(builder, parent)
    }
}

/// By which a subscriber is known to have a [`span_layer`].
struct SpansLeave;

impl<S: Subscriber> Layer<S> for SpansLeave {}

/// What to say of a subscriber that was installed before kinetrace would have installed one.
pub(crate) fn complaint() -> Option<&'static str> {
    (!tracing::dispatcher::get_default(|subscriber| subscriber.is::<SpansLeave>())).then_some(
        "a `tracing` subscriber is installed already, and stays. Its spans are not exported unless it has the layer \
         `kinetrace_consumer::span_layer()`, and its lines name no invocation without `kinetrace_consumer::log_layer()`",
    )
}

/// Below this level are the spans that libraries open for every frame and every call. The Lambda runtime has one around each
/// of its workers, which never ends, and would be told whatever the business code logs outside of spans of its own. What
/// kinetrace warns of is not about the current record, so it is not an event of its span; its target is this word and not a
/// prefix, or a crate whose name begins with it would not be traced.
pub(crate) fn traced() -> FilterFn {
    let is_traced: fn(&Metadata<'_>) -> bool = |metadata| {
        let target = metadata.target();
        *metadata.level() <= Level::INFO && target != "kinetrace" && !target.starts_with("lambda_runtime")
    };
    FilterFn::new(is_traced).with_max_level_hint(LevelFilter::INFO)
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[test]
    fn a_subscriber_without_a_span_layer_is_complained_of_and_one_with_it_is_not() {
        let without = tracing_subscriber::registry().with(tracing_opentelemetry::layer());
        assert!(tracing::subscriber::with_default(without, complaint).is_some());
        let with = tracing_subscriber::registry().with(span_layer()).with(crate::log_layer());
        assert_eq!(tracing::subscriber::with_default(with, complaint), None);
    }
}
