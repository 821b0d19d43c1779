//! Datadog's own terms for a span, in JSON or in headers.
//!
//! Ids are decimal, and a trace id stands there in halves: the lower one in `x-datadog-trace-id`, the upper one in hex as
//! the tag `_dd.p.tid`.
//! <https://docs.datadoghq.com/tracing/trace_collection/trace_context_propagation/>

mod state;

use self::state::State;
use super::traceparent;

pub(crate) const TRACE_ID: &str = "x-datadog-trace-id";
pub(crate) const PARENT_ID: &str = "x-datadog-parent-id";
pub(crate) const SAMPLING_PRIORITY: &str = "x-datadog-sampling-priority";
pub(crate) const TAGS: &str = "x-datadog-tags";
const ORIGIN: &str = "x-datadog-origin";

/// A tracer passes over longer tags, and over the upper half of the trace id with them.
const MAX_TAGS: usize = 512;

/// What Datadog's tracers write of a span in addition to W3C's fields, in their order. `None` if the text names no span that
/// has ids there: a lower half of zeros is none.
pub(crate) fn written(traceparent: &str, tracestate: Option<&str>) -> Option<Vec<(&'static str, String)>> {
    let (trace_id, span_id) = traceparent::ids(traceparent)?;
    let (upper, lower) = trace_id.split_at_checked(16)?;
    let [lower, span_id] = [lower, span_id].map(|hex| u64::from_str_radix(hex, 16).ok().filter(|id| *id != 0));
    let is_sampled = u8::from_str_radix(traceparent.get(53..55)?, 16).ok()? & 1 == 1;
    let state = State::read(tracestate.unwrap_or_default()).for_a_trace_that_is(is_sampled);
    let mut members = vec![(TRACE_ID, lower?.to_string()), (PARENT_ID, span_id?.to_string())];
    members.extend(state.origin.map(|origin| (ORIGIN, origin)));
    members.push((SAMPLING_PRIORITY, state.priority.unwrap_or(i64::from(is_sampled)).to_string()));
    let upper_half = Some(format!("_dd.p.tid={upper}")).filter(|_| traceparent::is_id(upper, &[16]));
    let all = upper_half.iter().chain(&state.tags).map(String::as_str).collect::<Vec<_>>().join(",");
    let tags = if all.len() > MAX_TAGS { upper_half.unwrap_or_default() } else { all };
    if !tags.is_empty() {
        members.push((TAGS, tags));
    }
    Some(members)
}

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
