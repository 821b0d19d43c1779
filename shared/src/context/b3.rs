//! Zipkin's B3 headers, single and multiple (<https://github.com/openzipkin/b3-propagation>).

use super::remote_span::{RemoteSpan, Sampling};
use super::traceparent::is_id;

pub(crate) const SINGLE: &str = "b3";
pub(crate) const TRACE_ID: &str = "x-b3-traceid";
pub(crate) const SPAN_ID: &str = "x-b3-spanid";
pub(crate) const SAMPLED: &str = "x-b3-sampled";
pub(crate) const FLAGS: &str = "x-b3-flags";

/// The span that a `b3` names: `{trace id}-{span id}-{sampling state}-{parent span id}`, of which the last two may be missing.
pub(crate) fn single<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Option<RemoteSpan<'a>> {
    let parts: Vec<_> = get(SINGLE)?.split('-').collect();
    match parts[..] {
        [trace_id, span_id] => span(trace_id, span_id, None),
        [trace_id, span_id, state] => span(trace_id, span_id, Some(state)),
        [trace_id, span_id, state, parent_id] if is_id(parent_id, &[16]) => span(trace_id, span_id, Some(state)),
        _ => None,
    }
}

/// The span that `x-b3-traceid` and its companions name.
pub(crate) fn multiple<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Option<RemoteSpan<'a>> {
    let state = if get(FLAGS) == Some("1") { Some("d") } else { get(SAMPLED) };
    span(get(TRACE_ID)?, get(SPAN_ID)?, state)
}

/// Trace ids may be 64 or 128 bits long.
fn span<'a>(trace_id: &'a str, span_id: &'a str, state: Option<&str>) -> Option<RemoteSpan<'a>> {
    if !is_id(trace_id, &[16, 32]) || !is_id(span_id, &[16]) {
        return None;
    }
    let sampling = match state {
        Some("0" | "false") => Sampling::NotSampled,
        Some("1" | "true" | "d") => Sampling::Sampled,
        None => Sampling::Deferred,
        Some(_) => return None,
    };
    Some(RemoteSpan { trace_id: trace_id.into(), span_id, sampling, tracestate: String::new() })
}
