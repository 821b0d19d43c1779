//! How much of what there is a file has room for.

use super::kept::Kept;
use super::model::Model;
use super::model::ids::{SpanId, TraceId};

/// What a file can do without, in the order in which it is given up: the last first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sequences,
    Traces,
    /// Of spans and requests.
    Ids,
    Spans,
    Logs,
    Details,
}

pub(super) const KINDS: [Kind; 6] = [Kind::Sequences, Kind::Traces, Kind::Ids, Kind::Spans, Kind::Logs, Kind::Details];

/// What random ids of 8 and 16 bytes and of a request take once their hex is deflated, and the digits of a sequence number that
/// those of the one before it do not tell.
const SPAN_ID: f64 = 8.5;
const TRACE_ID: f64 = 16.8;
const REQUEST_ID: f64 = 18.0;
const SEQUENCE_NUMBER: f64 = 9.0;

/// What deflating leaves of a span's times and names, and of text.
const SPAN_REST: f64 = 12.0;
const TEXT: f64 = 0.3;

/// Of each kind, how many are there, from the latest on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Counts([u64; KINDS.len()]);

impl Counts {
    pub(super) fn none() -> Self {
        Self([0; KINDS.len()])
    }

    pub(super) fn all(model: &Model) -> Self {
        let (records, spans) = (model.records.table.len(), model.spans.table.len());
        let traces = model.spans.traces().len();
        Self([records, records, records, spans, model.logs.table.len(), traces].map(|count| count as u64))
    }

    /// As many as there is room for, in bytes, if one of each takes so much.
    pub(super) fn within(all: &Self, costs: &[f64; KINDS.len()], mut room: f64) -> Self {
        let mut counts = Self::none();
        for ((count, all), cost) in counts.0.iter_mut().zip(all.0).zip(costs) {
            *count = all.min(whole(room / cost.max(f64::EPSILON)));
            room -= float(*count) * cost;
            // What is given up earlier is not there while something of this is missing.
            if *count < all {
                break;
            }
        }
        counts
    }

    pub(super) fn of(&self, kind: Kind) -> u64 {
        self.0[kind as usize]
    }

    /// What all of it takes.
    pub(super) fn cost(&self, costs: &[f64; KINDS.len()]) -> f64 {
        self.0.iter().zip(costs).map(|(count, cost)| float(*count) * cost).sum()
    }

    pub(super) fn kept(&self, model: &Model) -> Kept {
        let from = |kind: Kind, next: u64| next - self.of(kind).min(next);
        let (records, spans, logs) = (model.records.table.next(), model.spans.table.next(), model.logs.table.next());
        Kept {
            sequences_from: from(Kind::Sequences, records),
            traces_from: from(Kind::Traces, records),
            spans_from: from(Kind::Ids, records),
            span_rows_from: from(Kind::Spans, spans),
            logs_from: from(Kind::Logs, logs),
            ..Kept::default()
        }
    }
}

/// What one of each kind takes in the end, in bytes: a mean over those that there are.
pub(super) fn costs(model: &Model) -> [f64; KINDS.len()] {
    let records = || model.records.table.iter().map(|(_, record)| record);
    let per_record = |count: usize| float(count as u64) / float(model.records.table.len().max(1) as u64);
    let with = |count: usize, each: f64| per_record(count) * each;
    let attempts = || model.attempts.iter().map(|(_, attempt)| attempt);
    let lines: usize = model.logs.table.iter().map(|(_, row)| row.line.len() + row.request().len()).sum();
    let spans = model.spans.table.len().max(1) as u64;
    let traces = model.spans.traces().len().max(1) as u64;
    let ids = with(records().filter(|it| it.span != SpanId::default()).count(), SPAN_ID)
        + with(attempts().filter(|it| it.span != SpanId::default()).count(), SPAN_ID)
        + with(attempts().filter(|it| it.trace != TraceId::default()).count(), TRACE_ID)
        + with(model.invocations.table.len(), REQUEST_ID);
    [
        SEQUENCE_NUMBER,
        with(records().filter(|it| !it.trace.is_none()).count(), TRACE_ID),
        ids,
        TRACE_ID + 2.0 * SPAN_ID + SPAN_REST,
        SPAN_REST + TEXT * float(lines as u64) / float(model.logs.table.len().max(1) as u64),
        TEXT * float(model.spans.bytes() as u64) / float(traces) + float(spans) / float(traces) * 4.0 * SPAN_ID,
    ]
}

#[allow(clippy::cast_precision_loss, reason = "an estimate of counts far below 2^53")]
fn float(count: u64) -> f64 {
    count as f64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is an estimate, and saturates")]
fn whole(count: f64) -> u64 {
    count.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_go_first_and_trace_ids_stay_longest() {
        let (all, costs) = (Counts([100; 6]), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        for (room, expected) in [
            (2_100.0, [100; 6]),
            (2_000.0, [100, 100, 100, 100, 100, 83]),
            (1_000.0, [100, 100, 100, 100, 0, 0]),
            (599.0, [100, 100, 99, 0, 0, 0]),
            (50.0, [50, 0, 0, 0, 0, 0]),
            (-1.0, [0; 6]),
        ] {
            assert_eq!(Counts::within(&all, &costs, room), Counts(expected), "{room}");
        }
    }
}
