//! Whether the spans that reached the collector make one trace of both ends. What the ends log of themselves is not
//! asked.

use std::collections::HashMap;

use kinetrace::history::Produce;
use kinetrace::semantic_conventions::{MESSAGING_DESTINATION_PARTITION_ID, MESSAGING_MESSAGE_ID};
use kinetrace_testbed::collector::{Kind, Span};

/// How many records have a process span that continues, or links to, the context they were sent with.
pub(crate) fn joined(spans: &[Span], produced: &[Produce]) -> usize {
    let by_id: HashMap<_, _> = spans.iter().map(|span| (span.span_id.as_str(), span)).collect();
    let mut by_record: HashMap<_, Vec<&Span>> = HashMap::new();
    for span in spans {
        if let Some(record) = record_of(span) {
            by_record.entry(record).or_default().push(span);
        }
    }
    let is_joined = |line: &&Produce| {
        let Some(record) = place_of(line) else { return false };
        by_record.get(&record).is_some_and(|spans| spans.iter().any(|span| joins(span, line, &by_id)))
    };
    produced.iter().filter(is_joined).count()
}

/// The process span of a record.
pub(crate) fn process_span<'a>(spans: &'a [Span], line: &Produce) -> Option<&'a Span> {
    spans.iter().find(|span| record_of(span).is_some_and(|record| Some(record) == place_of(line)))
}

/// Shard and sequence number.
type Place<'a> = (&'a str, &'a str);

fn place_of(line: &Produce) -> Option<Place<'_>> {
    Some((line.shard.as_deref()?, line.sequence_number.as_ref()?.as_str()))
}

fn record_of(span: &Span) -> Option<Place<'_>> {
    let text = |name| span.attributes.get(name)?.as_str();
    (span.kind == Kind::Consumer).then_some(())?;
    Some((text(MESSAGING_DESTINATION_PARTITION_ID)?, text(MESSAGING_MESSAGE_ID)?))
}

/// The producer's span arrived, and the process span links to it or is below it by an unbroken line of parents.
fn joins(span: &Span, line: &Produce, by_id: &HashMap<&str, &Span>) -> bool {
    let Some(sent) = &line.context else { return false };
    if by_id.get(sent.span_id.as_str()).is_none_or(|producers| producers.trace_id != sent.trace_id) {
        return false;
    }
    if span.links.iter().any(|link| link.trace_id == sent.trace_id && link.span_id == sent.span_id) {
        return true;
    }
    let parents = std::iter::successors(Some(span), |span| by_id.get(span.parent_span_id.as_deref()?).copied());
    parents.into_iter().any(|parent| parent.trace_id == sent.trace_id && parent.span_id == sent.span_id)
}
