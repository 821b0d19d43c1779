//! Which headers belong to one context.

use crate::context::fields::Fields;
use crate::context::{b3, traceparent};
use crate::kafka::order_header;

/// Fields that say something about the same span as the first of them. What one of them says does not hold of another span, so
/// they are replaced together: with a `tracestate` and a `baggage` of an earlier hop, a new `traceparent` would lie.
const TOGETHER: [&[&str]; 2] = [
    &[traceparent::NAME, "tracestate", "baggage"],
    &[b3::TRACE_ID, b3::SPAN_ID, b3::SAMPLED, b3::FLAGS, "x-b3-parentspanid"],
];

/// The names of headers that are replaced when these fields are written, or are absent because these fields have no such member.
///
/// Contexts in other notations stay. They name a true ancestor, and readers of only those are better off with it than with none.
pub(super) fn replaced_by(fields: &Fields) -> Vec<&str> {
    let mut names: Vec<&str> = fields.iter().map(|(name, _)| name).collect();
    for together in TOGETHER {
        if fields.get(together[0]).is_some() {
            names.extend(together);
        }
    }
    // It counts records of the producer that wrote it, which this one is not any more.
    names.push(order_header::NAME);
    names
}

pub(super) fn contain(names: &[&str], name: &str) -> bool {
    names.iter().any(|own| own.eq_ignore_ascii_case(name))
}
