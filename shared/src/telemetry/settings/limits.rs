//! How much a span may have.

use opentelemetry_sdk::trace::SpanLimits;

use super::reading::Reading;

/// A span may link to every record of the largest batch Lambda sends. The SDK's own limit, 128, would drop the others
/// without a word. `OTEL_SPAN_LINK_COUNT_LIMIT` overrides it.
pub const MAX_LINKS_PER_SPAN: u32 = 10_000;

const HINT: &str = "use a whole number from 0";

pub(super) fn span_limits(reading: &mut Reading<'_>) -> SpanLimits {
    let default = SpanLimits::default();
    let mut limit =
        |name: &str, default: u32| reading.number(name, |_| true, &default.to_string(), HINT).unwrap_or(default);
    // The specification's limit for all attributes serves where there is none of their own.
    let attributes = limit("OTEL_ATTRIBUTE_COUNT_LIMIT", default.max_attributes_per_span);
    SpanLimits {
        max_attributes_per_span: limit("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", attributes),
        max_events_per_span: limit("OTEL_SPAN_EVENT_COUNT_LIMIT", default.max_events_per_span),
        max_links_per_span: limit("OTEL_SPAN_LINK_COUNT_LIMIT", MAX_LINKS_PER_SPAN),
        max_attributes_per_event: limit("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", attributes),
        max_attributes_per_link: limit("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", attributes),
    }
}
