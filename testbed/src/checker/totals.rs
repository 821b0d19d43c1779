//! How much a history holds.

use std::fmt;

use kinetrace::history::{ProcessOutcome, PutOutcome, Timestamp};
use serde::Serialize;

use super::index::Index;
use super::latencies::Latencies;

/// Counts over a whole history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Records whose put is in the history.
    pub records: usize,
    /// Records that Kinesis acknowledged.
    pub acknowledged: usize,
    /// Records whose put got no answer.
    pub unknown: usize,
    /// Groups, counted per stream.
    pub groups: usize,
    /// Processings, failed ones and skipped copies included.
    pub processings: usize,
    /// Records that were processed successfully.
    pub processed: usize,
    /// Successful processings of records that had been processed successfully before.
    pub duplicates: usize,
    /// Copies of records that the business code was not called for.
    pub skipped: usize,
    /// Processings of records whose put is not in the history.
    pub foreign: usize,
    /// When the first record was handed over.
    pub began: Option<Timestamp>,
    /// When the last processing ended.
    pub ended: Option<Timestamp>,
    /// From the record's handover to the publisher to the end of its first successful processing.
    pub latencies: Latencies,
}

impl Totals {
    pub(super) fn of(index: &Index<'_>) -> Self {
        let put = |outcome| index.records.iter().filter(|record| record.produce.outcome == outcome).count();
        let matched = index.records.iter().flat_map(|record| &record.processings);
        let ended = |outcome| matched.clone().filter(|process| process.outcome == outcome).count();
        let latencies: Latencies = index
            .records
            .iter()
            .filter_map(|record| Some(record.first_success()?.end.0.saturating_sub(record.produce.start.0)))
            .collect();
        let processed = latencies.as_slice().len();
        Self {
            records: index.records.len(),
            acknowledged: put(PutOutcome::Acknowledged),
            unknown: put(PutOutcome::Unknown),
            groups: index.groups().count(),
            processings: matched.clone().count() + index.foreign.len(),
            processed,
            duplicates: ended(ProcessOutcome::Succeeded) - processed,
            skipped: ended(ProcessOutcome::Skipped),
            foreign: index.foreign.len(),
            began: index.records.iter().map(|record| record.produce.start).min(),
            ended: matched.chain(&index.foreign).map(|process| process.end).max(),
            latencies,
        }
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            records, acknowledged, unknown, groups, processings, processed, duplicates, skipped, foreign, ..
        } = self;
        writeln!(f, "{records} records of {groups} groups: {acknowledged} acknowledged, {unknown} without an answer")?;
        write!(f, "{processings} processings: {processed} records done, {duplicates} duplicates, {foreign} foreign")?;
        if *skipped > 0 {
            write!(f, ", {skipped} copies skipped")?;
        }
        match (self.latencies.percentile(50), self.latencies.percentile(99)) {
            (Some(p50), Some(p99)) => write!(f, "\nput to processed: p50 {p50} µs, p99 {p99} µs"),
            _ => Ok(()),
        }
    }
}
