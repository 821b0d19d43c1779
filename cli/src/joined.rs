//! Whether the spans that reached the collector make one trace of both ends. What the ends log of themselves is not
//! asked.

use std::borrow::Cow;
use std::collections::HashMap;

use kinetrace::__private::semantic_conventions::{
    MESSAGING_DESTINATION_PARTITION_ID, MESSAGING_KAFKA_OFFSET, MESSAGING_MESSAGE_ID,
};
use kinetrace::history::Produce;
use kinetrace_testbed::collector::{Kind, Span};

/// How the traces of records came out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Joined {
    /// Records with a process span that continues, or links to, the context they were sent with.
    pub(crate) whole: usize,
    /// Records of which a span did not arrive that would have shown it, or that it is not so.
    pub(crate) unseen: usize,
}

/// Of the records that were produced, by the spans that arrived.
pub(crate) fn joined(spans: &[Span], produced: &[Produce]) -> Joined {
    let by_id: HashMap<_, _> = spans.iter().map(|span| (span.span_id.as_str(), span)).collect();
    let mut by_record: HashMap<_, Vec<&Span>> = HashMap::new();
    for span in spans {
        if let Some(record) = record_of(span) {
            by_record.entry(record).or_default().push(span);
        }
    }
    let mut joined = Joined::default();
    for (line, sent, record) in produced.iter().filter_map(|line| Some((line, line.context.as_ref()?, place_of(line)?)))
    {
        let processed = by_record.get(&record).map(Vec::as_slice).unwrap_or_default();
        if processed.iter().any(|span| joins(span, line, &by_id)) {
            joined.whole += 1;
        } else if !by_id.contains_key(sent.span_id.as_str()) || !processed.iter().any(|span| has_parents(span, &by_id))
        {
            joined.unseen += 1;
        }
    }
    joined
}

/// The process span of a record.
pub(crate) fn process_span<'a>(spans: &'a [Span], line: &Produce) -> Option<&'a Span> {
    spans.iter().find(|span| record_of(span).is_some_and(|record| Some(record) == place_of(line)))
}

/// Shard and sequence number, or partition and offset.
type Place<'a> = (&'a str, Cow<'a, str>);

fn place_of(line: &Produce) -> Option<Place<'_>> {
    Some((line.shard.as_deref()?, line.sequence_number.as_ref()?.as_str().into()))
}

/// The place of the record that a process span is about.
pub(crate) fn record_of(span: &Span) -> Option<Place<'_>> {
    let text = |name| span.attributes.get(name)?.as_str();
    (span.kind == Kind::Consumer).then_some(())?;
    let number = match (text(MESSAGING_MESSAGE_ID), span.attributes.get(MESSAGING_KAFKA_OFFSET)) {
        (Some(id), _) => id.into(),
        (None, offset) => offset?.to_string().into(),
    };
    Some((text(MESSAGING_DESTINATION_PARTITION_ID)?, number))
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
    parents(span, by_id).any(|parent| parent.trace_id == sent.trace_id && parent.span_id == sent.span_id)
}

/// Every span above it arrived, so that it surely leads where it seems to.
fn has_parents(span: &Span, by_id: &HashMap<&str, &Span>) -> bool {
    parents(span, by_id).last().is_none_or(|root| root.parent_span_id.is_none())
}

/// The span and those above it, as far as they arrived.
fn parents<'a>(span: &'a Span, by_id: &HashMap<&str, &'a Span>) -> impl Iterator<Item = &'a Span> {
    std::iter::successors(Some(span), |span| by_id.get(span.parent_span_id.as_deref()?).copied())
}

#[cfg(test)]
mod tests {
    use kinetrace::history::{PutOutcome, Timestamp, TraceIds};
    use kinetrace_testbed::collector::{AttributeValue, Link, Status};

    use super::*;

    fn span(kind: Kind, trace: &str, id: &str, parent: Option<&str>) -> Span {
        let attribute = |name: &str, value: &str| (name.to_owned(), AttributeValue::from(value));
        let place = [attribute(MESSAGING_DESTINATION_PARTITION_ID, "shard"), attribute(MESSAGING_MESSAGE_ID, "8")];
        Span {
            trace_id: trace.into(),
            span_id: id.into(),
            parent_span_id: parent.map(Into::into),
            parent_is_remote: None,
            name: String::new(),
            kind,
            start_unix_nanos: 0,
            end_unix_nanos: 0,
            service: String::new(),
            resource: Default::default(),
            scope: Default::default(),
            attributes: place.into(),
            events: Vec::new(),
            links: Vec::new(),
            dropped_links: 0,
            status: Status::Unset,
        }
    }

    fn produced() -> Produce {
        let mut produce = Produce::new("s", "g", PutOutcome::Acknowledged, Timestamp(0), Timestamp(0));
        produce.shard = Some("shard".into());
        produce.sequence_number = Some("8".into());
        produce.context = Some(TraceIds::new("t", "create"));
        produce
    }

    #[test]
    fn a_record_of_which_a_span_is_missing_is_told_apart_from_one_whose_trace_leads_elsewhere() {
        let create = || span(Kind::Producer, "t", "create", None);
        let invocation = |trace: &str, parent| span(Kind::Server, trace, "invocation", parent);
        let process = |trace: &str| span(Kind::Consumer, trace, "process", Some("invocation"));
        let linked = || {
            let link = Link {
                trace_id: "t".into(),
                span_id: "create".into(),
                is_remote: None,
                attributes: Default::default(),
            };
            Span { links: vec![link], ..process("u") }
        };
        let table = [
            ("continued", vec![create(), invocation("t", Some("create")), process("t")], (1, 0)),
            ("linked", vec![create(), invocation("u", None), linked()], (1, 0)),
            ("no create span", vec![invocation("t", Some("create")), process("t")], (0, 1)),
            ("no process span", vec![create(), invocation("t", Some("create"))], (0, 1)),
            ("no invocation's span", vec![create(), process("t")], (0, 1)),
            ("another trace", vec![create(), invocation("u", None), process("u")], (0, 0)),
        ];
        for (what, spans, (whole, unseen)) in table {
            assert_eq!(joined(&spans, &[produced()]), Joined { whole, unseen }, "{what}");
        }
        let mut without_context = produced();
        without_context.context = None;
        assert_eq!(joined(&[create()], &[without_context]), Joined::default(), "it was sent without a context");
    }
}
