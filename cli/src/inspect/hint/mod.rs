//! What keeps a record's context from being read, and what would make it readable.

mod find;
mod header;
mod misnamed;
mod sentence;
mod step;

use kinetrace::kafka::{HeaderContext, HeaderList, HeaderReader};
use kinetrace::{Extraction, Fields, Format, Notation, Propagators, Reader};

use super::part::{InTopic, Stored};
use super::propagator::Named;

/// Whether the data hold a context, or an envelope, where no reader looks.
pub(super) fn hides_context(data: &[u8]) -> bool {
    find::find(data).is_some()
}

/// What to say about a record, or about one in an aggregate, in one sentence. `None` if a consumer reads its context, or if it
/// has none anywhere.
///
/// `read` is what `propagators` make of it; without those, every propagator there is.
pub(crate) fn of(
    record: &Stored,
    extraction: &Extraction,
    read: Option<&Named>,
    propagators: Option<&Propagators>,
) -> Option<String> {
    if let Some(named) = read {
        return if propagators.is_none() { beyond_the_default(record, extraction, named) } else { None };
    }
    if let Some(sentence) = needs_propagator(&extraction.fields) {
        return Some(sentence);
    }
    // Of an aggregate, only the payloads are known here.
    let data = if extraction.user_record.is_some() { &extraction.payload } else { &record.data };
    find::find(data).map(|find| find.to_string()).or_else(|| match extraction.format {
        Format::Envelope => {
            Some("its envelope names no trace: the producer had no span when it put the record".to_owned())
        }
        _ => None,
    })
}

/// The same of a record of Kafka, whose headers carry this context.
pub(super) fn in_topic(
    record: &Stored,
    own: &InTopic,
    context: &HeaderContext,
    read: Option<&Named>,
    propagators: Option<&Propagators>,
) -> Option<String> {
    if let Some(named) = read {
        let by_default = Propagators::default();
        if propagators.is_some() || by_default.read_by(&context.fields).is_some() {
            return header::several(&own.headers);
        }
        let reader = HeaderReader::default().for_propagators(&by_default);
        let other = Named::by(&by_default, &reader.read(HeaderList::iter(&own.headers)).fields);
        return Some(only_if_named(named, other.as_ref()));
    }
    needs_propagator(&context.fields)
        .or_else(|| header::malformed(&own.headers))
        .or_else(|| header::misnamed(&own.headers))
        .or_else(|| header::in_value(&record.data))
        .or_else(|| header::in_key(record.partition_key.as_deref()))
}

/// Of a context in other words than those of the propagators in use.
fn needs_propagator(fields: &Fields) -> Option<String> {
    let unread: Vec<_> = Notation::all_of(fields).map(Notation::propagator).collect();
    (!unread.is_empty())
        .then(|| format!("it carries a context that needs {} among the propagators", unread.join(" or ")))
}

/// `instead` is what a consumer reads by default.
fn only_if_named(named: &Named, instead: Option<&Named>) -> String {
    let instead = instead
        .map(|other| format!("; by default it reads {}, which the record carries, too", other.span.trace_id()))
        .unwrap_or_default();
    format!("a consumer reads this context only if its OTEL_PROPAGATORS names {}{instead}", named.propagator)
}

/// A consumer that names no propagators reads `traceparent` only.
fn beyond_the_default(record: &Stored, extraction: &Extraction, named: &Named) -> Option<String> {
    let by_default = Propagators::default();
    if by_default.read_by(&extraction.fields).is_some() {
        return None;
    }
    let reader = Reader::default().for_propagators(&by_default);
    let place = extraction.user_record.as_ref().map_or(0, |own| own.sub_sequence_number);
    let records = reader.records(record.data.clone(), record.partition_key.clone());
    let read = records.get(usize::try_from(place).ok()?).and_then(|other| Named::by(&by_default, &other.fields));
    Some(only_if_named(named, read.as_ref()))
}

#[cfg(test)]
mod tests;
