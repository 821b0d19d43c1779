//! What the line about a record is made of, kept while the record is processed.

use std::sync::Arc;

use kinetrace::history::{BatchPlace, Process, ProcessOutcome, Relation, Timestamp, TraceIds};
use opentelemetry::trace::SpanContext;

use crate::call::Caller;
use crate::record::Record;

/// A record that may have a line. Nothing of it is computed before it is known that there will be one.
pub(crate) struct RecordLine {
    record: Record,
    sender: Option<SpanContext>,
    start: Timestamp,
    batch: Option<BatchPlace>,
}

/// How it ended.
pub(crate) struct Ending<'a> {
    pub(crate) outcome: ProcessOutcome,
    pub(crate) error: Option<String>,
    /// The span that was current for the business code.
    pub(crate) span: &'a SpanContext,
    /// How that relates to the sender's.
    pub(crate) relation: Option<Relation>,
}

impl RecordLine {
    /// The record is about to be handed to the business code.
    pub(crate) fn begin(record: &Record, sender: Option<&SpanContext>) -> Self {
        Self { record: record.clone(), sender: sender.cloned(), start: Timestamp::now(), batch: None }
    }

    /// It is handed over as part of a batch, whose records have one beginning.
    pub(crate) fn in_batch(self, start: Timestamp, place: BatchPlace) -> Self {
        Self { start, batch: Some(place), ..self }
    }

    /// The business code is done with it: the line.
    pub(crate) fn end(self, ending: Ending<'_>, caller: &Caller) -> Process {
        let Self { record, sender, start, batch } = self;
        let Ending { outcome, error, span, relation } = ending;
        let sent = sender.as_ref().and_then(TraceIds::of);
        let group = record.key_text();
        let mut process =
            Process::new(record.stream, record.shard_id, record.sequence_number, outcome, start, Timestamp::now());
        process.group = group;
        process.sub_sequence_number = record.sub_sequence_number;
        process.order = record.order;
        process.error = error;
        process.function = caller.function.clone();
        process.request_id = Arc::clone(&caller.request_id);
        process.format = record.format.name().into();
        // Where telemetry is off, the sender's span passes for the current one.
        process.span = TraceIds::of(span).filter(|span| sent.as_ref() != Some(span));
        process.relation = relation;
        process.context = sent;
        process.payload_crc32 = crc32fast::hash(&record.payload);
        process.batch = batch;
        process
    }
}
