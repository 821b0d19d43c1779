//! Property: trace.

use kinetrace::history::Relation;

use super::ids::SpanIds;
use super::names::Names;
use super::processing::{Processing, Span};
use super::property::Property;
use super::settling::Settling;
use super::violation::Violation;
use crate::printable::Printable;

pub(super) fn property() -> Property {
    Property::new("trace", "every processing's span continues, or links to, the context its record was produced with")
}

/// Checked on every processing of a record that was produced with a context, if the record could be read and its function
/// wrote the line.
pub(super) fn check(property: &mut Property, it: &Settling<'_>) {
    for record in &it.records {
        let Some(sent) = record.put.context else { continue };
        for processing in record.processings.iter().filter(|it| it.tells_content) {
            let fault = fault_of(processing, sent, it.names);
            property.expect(fault.is_none(), || {
                let (shown, request) = (record.show(it.names), processing.show_request(it.names));
                Violation::new(format!("{shown}, {request}: {}", fault.unwrap_or_default()), record.id(it.names))
            });
        }
    }
}

fn fault_of(processing: &Processing, sent: SpanIds, names: &Names) -> Option<String> {
    let name = |ids: SpanIds| Printable(&ids.text(names)).to_string();
    let Some(got) = processing.context else {
        return Some(format!("no context arrived; produced with {}", name(sent)));
    };
    if got != sent {
        return Some(format!("the context that arrived is {}; produced with {}", name(got), name(sent)));
    }
    match (processing.span, processing.relation) {
        (Span::None, _) => Some("it has no span".into()),
        (Span::Senders, _) => Some(format!("it has no span of its own, only its sender's {}", name(sent))),
        (_, None) => Some(format!("its span is unrelated to {}", name(sent))),
        (Span::OtherTrace, Some(Relation::Parent)) => {
            Some(format!("its span is not in the trace of its parent {}", name(sent)))
        }
        (Span::SameTrace | Span::OtherTrace, Some(_)) => None,
    }
}
