//! Spans: a row of each, and the whole of it for those who look at its trace.

use std::collections::{HashMap, VecDeque};

use kinetrace_testbed::collector::{AttributeValue, Span, Status};

use super::ids::{SpanId, TraceId};
use super::ledger::Ledger;
use super::table::Table;
use super::texts::{Renumbered, Text};
use crate::page::json::Object;

/// So many spans are kept, and so many bytes of them.
const SPANS: usize = 200_000;
const BYTES: usize = 64 << 20;

/// A row of the page, and what it is made of.
#[derive(Debug)]
pub(in crate::page) struct Row {
    pub(in crate::page) trace: TraceId,
    pub(in crate::page) span: SpanId,
    pub(in crate::page) parent: SpanId,
    pub(in crate::page) service: Text,
    pub(in crate::page) name: Text,
    pub(in crate::page) links: Vec<(TraceId, SpanId)>,
    pub(in crate::page) record: Option<u64>,
    pub(in crate::page) whole: Span,
    bytes: usize,
}

#[derive(Debug, Default)]
pub(in crate::page) struct Spans {
    pub(in crate::page) table: Table<Row>,
    by_trace: HashMap<TraceId, VecDeque<u64>>,
    bytes: usize,
}

impl Spans {
    pub(in crate::page) fn push(&mut self, ledger: &mut Ledger, span: Span, record: Option<u64>) {
        let row = Row {
            trace: TraceId::of(&span.trace_id),
            span: SpanId::of(&span.span_id),
            parent: span.parent_span_id.as_deref().map(SpanId::of).unwrap_or_default(),
            service: ledger.place(&span.service),
            name: ledger.place(&span.name),
            links: span.links.iter().map(|link| (TraceId::of(&link.trace_id), SpanId::of(&link.span_id))).collect(),
            record,
            bytes: size(&span),
            whole: span,
        };
        self.bytes += row.bytes;
        let trace = row.trace;
        let id = self.table.push(ledger.cursor, row);
        self.by_trace.entry(trace).or_default().push_back(id);
        while self.table.len() > SPANS || self.bytes > BYTES {
            self.pop();
        }
    }

    /// The spans of a trace, in the order of their starts.
    pub(in crate::page) fn trace(&self, trace: TraceId) -> Vec<&Row> {
        let ids = self.by_trace.get(&trace).into_iter().flatten();
        let mut spans: Vec<_> = ids.filter_map(|id| self.table.get(*id)).collect();
        spans.sort_by_key(|row| (row.whole.start_unix_nanos, row.whole.end_unix_nanos));
        spans
    }

    /// The traces, in the order in which they were first heard of.
    pub(in crate::page) fn traces(&self) -> Vec<TraceId> {
        let mut traces: Vec<_> =
            self.by_trace.iter().filter_map(|(trace, ids)| Some((*ids.front()?, *trace))).collect();
        traces.sort_unstable();
        traces.into_iter().map(|(_, trace)| trace).collect()
    }

    /// What they take in memory.
    pub(in crate::page) fn bytes(&self) -> usize {
        self.bytes
    }

    fn pop(&mut self) {
        let id = self.table.first();
        let Some(row) = self.table.pop() else { return };
        self.bytes -= row.bytes;
        if let Some(ids) = self.by_trace.get_mut(&row.trace) {
            // Rows go in the order in which they came.
            ids.pop_front_if(|first| *first == id);
            if ids.is_empty() {
                self.by_trace.remove(&row.trace);
            }
        }
    }

    pub(in crate::page) fn renumber(&mut self, texts: &Renumbered) {
        for row in self.table.values_mut() {
            texts.apply(&mut row.service);
            texts.apply(&mut row.name);
        }
    }
}

/// Roughly what it takes in memory.
fn size(span: &Span) -> usize {
    let of_links = span.links.iter().flat_map(|link| &link.attributes);
    let of_events = span.events.iter().flat_map(|event| &event.attributes);
    let attributes = span.attributes.iter().chain(of_links).chain(of_events);
    let values: usize = attributes.map(|(name, value)| name.len() + 96 + value_size(value)).sum();
    512 + span.name.len() + span.service.len() + 160 * (span.links.len() + span.events.len()) + values
}

fn value_size(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::Text(text) => text.len(),
        AttributeValue::Bytes(bytes) => bytes.len(),
        AttributeValue::List(values) => values.iter().map(|value| 32 + value_size(value)).sum(),
        AttributeValue::Map(values) => values.iter().map(|(name, value)| name.len() + 96 + value_size(value)).sum(),
        _ => 0,
    }
}

/// Those that may be sums.
pub(in crate::page) const SUMS: [&str; 2] = ["start", "end"];

/// The columns of rows.
pub(in crate::page) fn columns<'a>(
    object: &mut Object<'_>,
    ledger: &Ledger,
    sums: bool,
    rows: impl Iterator<Item = &'a Row> + Clone,
) {
    let mut columns = object.object("columns");
    columns.list("trace", rows.clone().map(|it| it.trace));
    columns.list("span", rows.clone().map(|it| it.span));
    columns.list("parent", rows.clone().map(|it| it.parent));
    columns.list("service", rows.clone().map(|it| it.service));
    columns.list("name", rows.clone().map(|it| it.name));
    columns.list("kind", rows.clone().map(|it| it.whole.kind as i32));
    columns.numbers("start", sums, rows.clone().map(|it| Some(ledger.after_origin(it.whole.start_unix_nanos / 1_000))));
    columns.numbers("end", sums, rows.clone().map(|it| Some(ledger.after_origin(it.whole.end_unix_nanos / 1_000))));
    columns.list("status", rows.clone().map(|it| status(&it.whole.status)));
    columns.list("links", rows.clone().map(|it| (!it.links.is_empty()).then_some(&it.links)));
    columns.list("record", rows.map(|it| it.record));
}

fn status(status: &Status) -> u8 {
    match status {
        Status::Unset => 0,
        Status::Ok => 1,
        Status::Error(_) => 2,
    }
}
