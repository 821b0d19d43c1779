//! Where whatever a run tells comes in.

use kinetrace::SequenceNumber;
use kinetrace::history::{Event, Timestamp};
use kinetrace_testbed::collector::{Kind, LogRecord, Span};

use super::ids::{SpanId, TraceId};
use super::logs::{self, Source};
use super::state::Model;
use crate::joined;

impl Model {
    /// A line of a history.
    pub(crate) fn event(&mut self, event: &Event) {
        match event {
            Event::Shard(line) => self.shard(line),
            Event::Partitions(line) => {
                self.ledger.cursor += 1;
                self.shards.describe_partitions(&mut self.ledger, line);
            }
            Event::Produce(line) => self.put(line, None),
            Event::Process(line) => self.process(line),
        }
    }

    /// Spans have arrived.
    pub(crate) fn spans(&mut self, spans: Vec<Span>) {
        self.ledger.cursor += 1;
        for span in spans {
            self.present.spans += 1;
            let record = self.record_of(&span);
            self.spans.push(&mut self.ledger, span, record);
        }
        self.bound_texts();
    }

    /// Log records have arrived.
    pub(crate) fn log_records(&mut self, records: Vec<LogRecord>) {
        self.ledger.cursor += 1;
        for LogRecord { at, severity, body, trace_id, service, .. } in records {
            self.ledger.see(at);
            let trace = trace_id.as_deref().map(TraceId::of).unwrap_or_default();
            let line = if severity.is_empty() { body.to_string() } else { format!("{severity} {body}") };
            self.logs
                .push(self.ledger.cursor, logs::Row { at: at.0, source: Source::Service { service, trace }, line });
        }
    }

    /// The record that a span is about: that of a process span, or the one that was sent with it.
    fn record_of(&mut self, span: &Span) -> Option<u64> {
        let nanos = |nanos: u64| Timestamp(nanos / 1_000);
        self.ledger.see(nanos(span.start_unix_nanos));
        self.ledger.see(nanos(span.end_unix_nanos));
        if span.kind == Kind::Consumer
            && let Some((shard, number)) = joined::record_of(span)
        {
            let shard = self.ledger.texts.known(shard)?;
            let number: SequenceNumber = number.as_ref().into();
            let mut streams: Vec<_> = self.mappings.iter().map(|mapping| mapping.stream).collect();
            streams.dedup();
            return streams
                .into_iter()
                .find_map(|stream| self.records.at(&(stream, shard, number.clone())).first().copied());
        }
        self.sent.get(&SpanId::of(&span.span_id)).copied()
    }
}
