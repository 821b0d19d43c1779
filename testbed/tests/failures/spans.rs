//! What the spans say that reached the collector. What the ends log of themselves is compared with it, not believed.

use std::collections::{HashMap, HashSet};

use kinetrace::__private::semantic_conventions::{
    ERROR_TYPE, FAAS_INVOCATION_ID, MESSAGING_DESTINATION_PARTITION_ID, MESSAGING_KAFKA_OFFSET, MESSAGING_MESSAGE_ID,
};
use kinetrace::history::{Event, Process, Produce};
use kinetrace_testbed::collector::{AttributeValue, Kind, Span, Status};

pub(crate) struct Spans<'a> {
    by_id: HashMap<&'a str, &'a Span>,
    /// The processings after which a record was done, of each record in the stream or topic.
    processings: HashMap<(&'a str, String), Vec<&'a Span>>,
    /// The invocations whose own span is there.
    invocations: HashSet<&'a str>,
}

impl<'a> Spans<'a> {
    pub(crate) fn new(spans: &'a [Span]) -> Self {
        let text = |span: &'a Span, name| span.attributes.get(name).and_then(|value| value.as_str());
        let is_done =
            |span: &&'a Span| !matches!(span.status, Status::Error(_)) || text(span, ERROR_TYPE) == Some("skipped");
        let mut processings: HashMap<_, Vec<_>> = HashMap::new();
        for span in spans.iter().filter(|span| span.kind == Kind::Consumer).filter(is_done) {
            let shard = text(span, MESSAGING_DESTINATION_PARTITION_ID);
            let offset = match span.attributes.get(MESSAGING_KAFKA_OFFSET) {
                Some(AttributeValue::Int(offset)) => Some(offset.to_string()),
                _ => None,
            };
            let number = text(span, MESSAGING_MESSAGE_ID).map(str::to_owned).or(offset);
            if let Some(record) = shard.zip(number) {
                processings.entry(record).or_default().push(span);
            }
        }
        let by_id = spans.iter().map(|span| (span.span_id.as_str(), span)).collect();
        Self {
            by_id,
            processings,
            invocations: spans.iter().filter_map(|span| text(span, FAAS_INVOCATION_ID)).collect(),
        }
    }

    /// Whether the record's `create` span is there, and a successful processing's that links to it or descends from it.
    pub(crate) fn trace(&self, line: &Produce) -> bool {
        let (Some(shard), Some(number), Some(sent)) = (&line.shard, &line.sequence_number, &line.context) else {
            return false;
        };
        let is_sender = |trace_id: &str, span_id: &str| (trace_id, span_id) == (&*sent.trace_id, &*sent.span_id);
        let joins = |span: &&Span| {
            let parents = std::iter::successors(Some(*span), |span| self.parent(span));
            parents.into_iter().any(|span| is_sender(&span.trace_id, &span.span_id))
                || span.links.iter().any(|link| is_sender(&link.trace_id, &link.span_id))
        };
        let processings = self.processings.get(&(shard.as_str(), number.to_string()));
        let created = self.by_id.get(sent.span_id.as_str()).is_some_and(|span| span.kind == Kind::Producer);
        created && processings.is_some_and(|spans| spans.iter().any(joins))
    }

    fn parent(&self, span: &Span) -> Option<&'a Span> {
        self.by_id.get(span.parent_span_id.as_deref()?).copied()
    }

    /// The invocations that processed a record of which no span is there, and whether the invocation's own is.
    pub(crate) fn incomplete<'e>(&self, events: &'e [Event]) -> HashMap<&'e str, bool> {
        let lines = events.iter().filter_map(|event| if let Event::Process(line) = event { Some(line) } else { None });
        let is_missing =
            |line: &&Process| line.span.as_ref().is_none_or(|span| !self.by_id.contains_key(span.span_id.as_str()));
        let missing = lines.filter(is_missing).map(|line| line.request_id.as_ref());
        missing.map(|request| (request, self.invocations.contains(request))).collect()
    }
}
