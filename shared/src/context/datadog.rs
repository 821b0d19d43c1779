//! Datadog's own terms for a span, in JSON or in headers.
//!
//! Ids are decimal, and a trace id stands there in halves: the lower one in `x-datadog-trace-id`, the upper one in hex as
//! the tag `_dd.p.tid`.
//! <https://docs.datadoghq.com/tracing/trace_collection/trace_context_propagation/>

use super::traceparent;

pub(crate) const TRACE_ID: &str = "x-datadog-trace-id";
pub(crate) const PARENT_ID: &str = "x-datadog-parent-id";
pub(crate) const SAMPLING_PRIORITY: &str = "x-datadog-sampling-priority";
pub(crate) const TAGS: &str = "x-datadog-tags";

/// A span that Datadog's fields name.
#[derive(Debug)]
pub(crate) struct Ids {
    trace_id: u128,
    span_id: u64,
    sampled: bool,
}

impl Ids {
    /// The span, if both ids are there: decimal, and not 0.
    pub(crate) fn read(
        trace_id: Option<&str>,
        parent_id: Option<&str>,
        priority: Option<&str>,
        tags: Option<&str>,
    ) -> Option<Self> {
        let (low, span_id) = (number(trace_id?)?, number(parent_id?)?);
        // A sender without a priority has not decided; an unsampled parent would decide for everything below it.
        let sampled = priority.and_then(|priority| priority.parse::<i64>().ok()).is_none_or(|priority| priority > 0);
        let trace_id = u128::from(tags.and_then(upper_half).unwrap_or(0)) << 64 | u128::from(low);
        (low != 0 && span_id != 0).then_some(Self { trace_id, span_id, sampled })
    }

    pub(crate) fn traceparent(&self) -> String {
        format!("00-{:032x}-{:016x}-{:02x}", self.trace_id, self.span_id, u8::from(self.sampled))
    }

    /// Whether it is of the same trace, as far as the lower half tells.
    pub(crate) fn agree_with(&self, traceparent: &str) -> bool {
        let low = traceparent.get(19..35).and_then(|hex| u64::from_str_radix(hex, 16).ok());
        traceparent::is_readable(traceparent) && low.map(u128::from) == Some(self.trace_id & u128::from(u64::MAX))
    }
}

/// Whether the text is an id: an unsigned decimal number of 64 bits, and not 0.
pub(crate) fn is_id(text: &str) -> bool {
    number(text).is_some_and(|id| id != 0)
}

/// Parsers of numbers also take a sign.
fn number(digits: &str) -> Option<u64> {
    digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn upper_half(tags: &str) -> Option<u64> {
    let hex = tags.split(',').find_map(|tag| tag.trim().strip_prefix("_dd.p.tid="))?;
    u64::from_str_radix(hex, 16).ok().filter(|_| traceparent::is_id(hex, &[16]))
}
