//! Processings: a record and an invocation that had it.

use std::sync::Arc;

use kinetrace::history::{ProcessOutcome, Relation};

use super::ids::{SpanId, TraceId};
use super::ledger::Ledger;
use super::texts::Text;
use crate::page::json::Object;

/// A row of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::page) struct Attempt {
    pub(in crate::page) record: u64,
    pub(in crate::page) mapping: usize,
    /// The row of its invocation, if that is known.
    pub(in crate::page) invocation: Option<u64>,
    /// By which invocations are made where nobody has seen them.
    pub(in crate::page) request: Arc<str>,
    pub(in crate::page) start: u64,
    pub(in crate::page) end: u64,
    pub(in crate::page) outcome: ProcessOutcome,
    pub(in crate::page) trace: TraceId,
    pub(in crate::page) span: SpanId,
    pub(in crate::page) relation: Option<Relation>,
    pub(in crate::page) error: Text,
    /// CRC-32 of what the handler got.
    pub(in crate::page) payload_crc32: u32,
}

impl Attempt {
    /// Whether another line says the same: logs are read twice where the times of two reads overlap.
    pub(in crate::page) fn is_same(&self, other: &Self) -> bool {
        (self.record, &self.request, self.start, self.end) == (other.record, &other.request, other.start, other.end)
            && self.outcome == other.outcome
    }

    pub(in crate::page) fn is_done(&self) -> bool {
        matches!(self.outcome, ProcessOutcome::Succeeded | ProcessOutcome::SkippedByHandler)
    }
}

/// Those that may be sums.
pub(in crate::page) const SUMS: [&str; 4] = ["record", "invocation", "start", "end"];

/// The columns of rows, and whether their ids are shown: the trace's and the span's.
pub(in crate::page) fn columns<'a>(
    object: &mut Object<'_>,
    ledger: &Ledger,
    sums: bool,
    rows: impl Iterator<Item = (&'a Attempt, (bool, bool))> + Clone,
) {
    let mut columns = object.object("columns");
    let attempts = rows.clone().map(|(attempt, _)| attempt);
    columns.numbers("record", sums, attempts.clone().map(|it| Some(it.record.cast_signed())));
    columns.numbers("invocation", sums, attempts.clone().map(|it| it.invocation.map(u64::cast_signed)));
    columns.numbers("start", sums, attempts.clone().map(|it| Some(ledger.after_origin(it.start))));
    columns.numbers("end", sums, attempts.clone().map(|it| Some(ledger.after_origin(it.end))));
    columns.list("outcome", attempts.clone().map(|it| outcome(it.outcome)));
    columns.list("trace", rows.clone().map(|(it, shown)| if shown.0 { it.trace } else { TraceId::default() }));
    columns.list("span", rows.map(|(it, shown)| if shown.1 { it.span } else { SpanId::default() }));
    columns.list("relation", attempts.clone().map(|it| relation(it.relation)));
    columns.list("error", attempts.map(|it| it.error));
}

fn outcome(outcome: ProcessOutcome) -> u8 {
    match outcome {
        ProcessOutcome::Succeeded => 0,
        ProcessOutcome::Failed => 1,
        ProcessOutcome::Skipped => 2,
        ProcessOutcome::SkippedByHandler => 3,
        ProcessOutcome::NotReached => 4,
    }
}

fn relation(relation: Option<Relation>) -> u8 {
    match relation {
        None => 0,
        Some(Relation::Parent) => 1,
        Some(Relation::Link) => 2,
    }
}
