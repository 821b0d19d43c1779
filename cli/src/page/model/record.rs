//! A record, as a row of the page.

use bytes::Bytes;
use kinetrace::history::PutOutcome;
use kinetrace::{Order, SequenceNumber};

use super::ids::{SpanId, TraceId};
use super::ledger::Ledger;
use super::standing::{Standings, State};
use super::texts::{EMPTY, Renumbered, Text};
use crate::page::json::Object;

/// What is known of a record.
#[derive(Debug)]
pub(in crate::page) struct Record {
    pub(in crate::page) stream: Text,
    /// The empty text for a record that is in no shard, as far as is known.
    pub(in crate::page) shard: Text,
    pub(in crate::page) key: Text,
    /// The producer's count.
    pub(in crate::page) order: Option<Order>,
    pub(in crate::page) sequence: Option<SequenceNumber>,
    /// The place in an aggregate.
    pub(in crate::page) sub: Option<u64>,
    /// When it was handed to the publisher or, if only a consumer reports it, when it was first seen.
    pub(in crate::page) put: u64,
    pub(in crate::page) acknowledged: Option<u64>,
    pub(in crate::page) trace: TraceId,
    pub(in crate::page) span: SpanId,
    pub(in crate::page) format: Text,
    /// Of its data; 0 if that is not known.
    pub(in crate::page) bytes: usize,
    pub(in crate::page) outcome: PutOutcome,
    pub(in crate::page) state: State,
    pub(in crate::page) standings: Standings,
    /// Rows of its attempts; the first ones may be forgotten.
    pub(in crate::page) attempts: Vec<u64>,
    /// What the stream has of the record, while there is room.
    pub(in crate::page) data: Option<Bytes>,
    /// Whether the line of its put is known.
    pub(in crate::page) has_put: bool,
}

impl Record {
    /// A record of which nothing else is known yet.
    pub(in crate::page) fn new(stream: Text, key: Text, put: u64) -> Self {
        Self {
            stream,
            shard: EMPTY,
            key,
            order: None,
            sequence: None,
            sub: None,
            put,
            acknowledged: None,
            trace: TraceId::default(),
            span: SpanId::default(),
            format: EMPTY,
            bytes: 0,
            outcome: PutOutcome::Acknowledged,
            state: State::default(),
            standings: Standings::default(),
            attempts: Vec::new(),
            data: None,
            has_put: false,
        }
    }

    /// Since when it waits, or has waited.
    pub(in crate::page) fn since(&self) -> u64 {
        self.acknowledged.unwrap_or(self.put)
    }

    pub(in crate::page) fn renumber(&mut self, texts: &Renumbered) {
        for text in [&mut self.stream, &mut self.shard, &mut self.key, &mut self.format] {
            texts.apply(text);
        }
    }

    /// What is worth a look, and so keeps everything when a file gets too large: it did not go through at once.
    pub(in crate::page) fn is_remarkable(&self) -> bool {
        self.attempts.is_empty()
            || self.standings.has_come_again()
            || self.outcome != PutOutcome::Acknowledged
            || self.state != State::Done
    }
}

/// Which columns may be left empty.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::page) struct Shown {
    pub(in crate::page) trace: bool,
    pub(in crate::page) span: bool,
    pub(in crate::page) sequence: bool,
}

/// Those that may be sums.
pub(in crate::page) const SUMS: [&str; 2] = ["put", "acknowledged"];

/// The columns of rows, and what of each is shown.
pub(in crate::page) fn columns<'a>(
    object: &mut Object<'_>,
    ledger: &Ledger,
    sums: bool,
    rows: impl Iterator<Item = (&'a Record, Shown)> + Clone,
) {
    let mut columns = object.object("columns");
    let records = rows.clone().map(|(record, _)| record);
    columns.list("stream", records.clone().map(|it| it.stream));
    columns.list("shard", records.clone().map(|it| it.shard));
    columns.list("key", records.clone().map(|it| it.key));
    let sequence = |(it, shown): (&'a Record, Shown)| it.sequence.as_ref().filter(|_| shown.sequence);
    columns.list("sequence", rows.clone().map(|row| sequence(row).map_or("", SequenceNumber::as_str)));
    columns.list("sub", records.clone().map(|it| it.sub));
    columns.numbers("put", sums, records.clone().map(|it| Some(ledger.after_origin(it.put))));
    columns.numbers("acknowledged", sums, records.clone().map(|it| it.acknowledged.map(|at| ledger.after_origin(at))));
    columns.list("trace", rows.clone().map(|(it, shown)| if shown.trace { it.trace } else { TraceId::default() }));
    columns.list("span", rows.map(|(it, shown)| if shown.span { it.span } else { SpanId::default() }));
    columns.list("format", records.clone().map(|it| it.format));
    columns.list("bytes", records.clone().map(|it| it.bytes));
    columns.list("put_outcome", records.clone().map(|it| outcome(it.outcome)));
    columns.list("state", records.map(|it| it.state as u8));
}

fn outcome(outcome: PutOutcome) -> u8 {
    match outcome {
        PutOutcome::Acknowledged => 0,
        PutOutcome::Failed => 1,
        PutOutcome::Unknown => 2,
    }
}
