//! Property: trace.

use kinetrace::history::{Process, Relation, TraceIds};

use super::index::Index;
use super::property::Property;

/// Checked on every processing of a record that was produced with a context.
pub(super) fn check(index: &Index<'_>) -> Property {
    let mut property = Property::new(
        "trace",
        "every processing's span continues, or links to, the context its record was produced with",
    );
    for record in &index.records {
        let Some(sent) = &record.produce.context else { continue };
        for process in &record.processings {
            let fault = fault_of(process, sent);
            property.expect(fault.is_none(), || {
                format!("{record}, request {}: {}", process.request_id, fault.unwrap_or_default())
            });
        }
    }
    property
}

fn fault_of(process: &Process, sent: &TraceIds) -> Option<String> {
    let Some(got) = &process.context else {
        return Some(format!("no context arrived; produced with {}", name(sent)));
    };
    if got != sent {
        return Some(format!("the context that arrived is {}; produced with {}", name(got), name(sent)));
    }
    match (&process.span, process.relation) {
        (None, _) => Some("it has no span".into()),
        // Where telemetry is off, the sender's span passes for the current one.
        (Some(span), _) if span == sent => Some(format!("it has no span of its own, only its sender's {}", name(sent))),
        (_, None) => Some(format!("its span is unrelated to {}", name(sent))),
        (Some(span), Some(Relation::Parent)) if span.trace_id != sent.trace_id => {
            Some(format!("its span {} is not in the trace of its parent {}", name(span), name(sent)))
        }
        (Some(_), Some(Relation::Parent | Relation::Link)) => None,
    }
}

fn name(ids: &TraceIds) -> String {
    format!("{}-{}", ids.trace_id, ids.span_id)
}
