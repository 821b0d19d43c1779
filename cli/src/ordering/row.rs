//! A run in numbers.

use kinetrace_testbed::checker::{Totals, Verdict};
use serde::Serialize;

use super::arguments::Arguments;
use super::observed::Observed;
use super::progress::mebibytes;

/// Of so many records, one at least goes astray where each goes where it likes.
const TELLING: usize = 100;

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Combination {
    pub(super) carrier: &'static str,
    pub(super) publisher: &'static str,
    /// `None` where nothing divides a shard or a partition by key.
    pub(super) parallelization_factor: Option<u16>,
    pub(super) batch_size: u16,
    pub(super) faults: String,
    pub(super) promise: Promise,
}

/// What a combination claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Promise {
    /// To keep order, and lose nothing.
    pub(super) keeps_order: bool,
    /// To bring a context to the consumer.
    pub(super) carries_context: bool,
    /// To send the records of a key anywhere.
    pub(super) scatters: bool,
}

/// One row of the table, and one object of the JSON.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    pub(super) carrier: &'static str,
    pub(super) parallelization_factor: Option<u16>,
    pub(super) publisher: &'static str,
    batch_size: u16,
    shards: u16,
    faults: String,
    seed: u64,
    pub(super) records: usize,
    pub(super) acknowledged: usize,
    pub(super) lost: u64,
    pub(super) misplaced: u64,
    pub(super) stream_inversions: u64,
    pub(super) process_inversions: u64,
    pub(super) overlaps: u64,
    pub(super) traces_joined: usize,
    pub(super) spans_lost: u64,
    pub(super) records_per_second: f64,
    pub(super) latency_ms_p50: f64,
    pub(super) latency_ms_p99: f64,
    /// Of all processes together; `None` where it is not known.
    pub(super) peak_memory_mib: Option<u64>,
    #[serde(skip)]
    promise: Promise,
    /// Processings whose payload or trace was not that of production.
    #[serde(skip)]
    interferences: u64,
    /// Nothing is missing in the history that all of this was read from.
    #[serde(skip)]
    is_complete: bool,
}

impl Row {
    pub(super) fn new(
        combination: Combination,
        arguments: &Arguments,
        records: usize,
        verdict: &Verdict,
        observed: &Observed,
    ) -> Self {
        let latency = |percent| round(millis(verdict.totals.latencies.percentile(percent).unwrap_or_default()));
        let Combination { carrier, publisher, parallelization_factor, batch_size, faults, promise } = combination;
        Self {
            carrier,
            parallelization_factor,
            publisher,
            batch_size,
            shards: arguments.shards,
            faults,
            seed: arguments.seed,
            records,
            acknowledged: verdict.totals.acknowledged,
            lost: verdict.no_loss.violations,
            misplaced: verdict.placement.violations,
            stream_inversions: verdict.stream_order.violations,
            process_inversions: verdict.process_order.violations,
            overlaps: verdict.no_overlap.violations,
            traces_joined: observed.counts.joined,
            spans_lost: observed.counts.lost,
            records_per_second: round(rate(&verdict.totals)),
            latency_ms_p50: latency(50),
            latency_ms_p99: latency(99),
            peak_memory_mib: observed.most.memory.map(mebibytes),
            promise,
            interferences: verdict.non_interference.violations + verdict.trace.violations,
            is_complete: verdict.completeness.is_complete(),
        }
    }

    /// Whether the combination promises order.
    pub(super) fn should_keep_order(&self) -> bool {
        self.promise.keeps_order
    }

    /// Whether it kept order, lost nothing, delivered every payload and every context it was to deliver, and broke no trace.
    /// A trace is not broken where the spans are missing that would show it: see [`is_in_the_dark`](Self::is_in_the_dark).
    pub(super) fn is_clean(&self) -> bool {
        self.keeps_order() && self.is_complete && self.interferences == 0 && self.unjoined() <= self.spans_lost
    }

    /// Whether spans did not arrive that would have shown whether traces are whole. Each of them is one record's.
    pub(super) fn is_in_the_dark(&self) -> bool {
        self.unjoined() > 0 && self.spans_lost > 0
    }

    /// Records that were to be joined to their traces and were not seen to be.
    fn unjoined(&self) -> u64 {
        let to_be_joined = if self.promise.carries_context { self.records } else { 0 };
        to_be_joined.saturating_sub(self.traces_joined) as u64
    }

    /// Whether a combination that scatters groups over the shards did not, on enough records to tell.
    pub(super) fn should_have_shown_disorder(&self) -> bool {
        self.promise.scatters && self.shards > 1 && self.records >= TELLING && self.misplaced == 0
    }

    /// Whether it kept it, and lost nothing.
    pub(super) fn keeps_order(&self) -> bool {
        let broken = [self.lost, self.misplaced, self.stream_inversions, self.process_inversions, self.overlaps];
        self.acknowledged == self.records && broken == [0; 5]
    }
}

/// Records per second, from the first put to the end of the last processing.
#[allow(clippy::cast_precision_loss, reason = "no run has 2^53 records")]
fn rate(totals: &Totals) -> f64 {
    let [first, last] = [totals.began, totals.ended].map(|at| at.unwrap_or_default().0);
    totals.processed as f64 / (millis(last.saturating_sub(first).max(1)) / 1e3)
}

#[allow(clippy::cast_precision_loss, reason = "53 bits of microseconds are 285 years")]
fn millis(micros: u64) -> f64 {
    micros as f64 / 1e3
}

fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
