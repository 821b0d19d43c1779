//! How much a history holds.

use std::fmt;

use kinetrace::history::{ProcessOutcome, PutOutcome, Timestamp};
use serde::Serialize;

use super::functions::Functions;
use super::latencies::Latencies;
use super::line::{Processing, Put};
use super::record::Record;

/// Counts over a whole history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Records whose put is in the history.
    pub records: usize,
    /// Records that Kinesis acknowledged.
    pub acknowledged: usize,
    /// Records whose put got no answer.
    pub unknown: usize,
    /// Partition keys, counted per stream.
    pub groups: usize,
    /// Processings, failed ones and skipped copies included.
    pub processings: usize,
    /// Records that were processed successfully.
    pub processed: usize,
    /// Successful processings of records that the same function had processed successfully before.
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
    /// Counts a record that is settled.
    pub(super) fn add(&mut self, record: &Record<'_>, functions: &Functions) {
        if record.put.outcome.is_none() {
            record.processings.iter().for_each(|processing| self.add_foreign(processing));
            return;
        }
        self.add_put(record.put);
        record.processings.iter().for_each(|processing| self.add_processing(processing));
        let Some(first) = record.first_success() else { return };
        self.processed += 1;
        self.latencies.add(first.end.saturating_sub(record.put.start));
        let mut done: Vec<_> =
            record.processings.iter().filter(|it| it.has_succeeded()).map(|it| functions.of(it)).collect();
        let successes = done.len();
        done.sort_unstable();
        done.dedup();
        self.duplicates += successes - done.len();
    }

    fn add_put(&mut self, put: &Put) {
        self.records += 1;
        self.acknowledged += usize::from(put.outcome == Some(PutOutcome::Acknowledged));
        self.unknown += usize::from(put.outcome == Some(PutOutcome::Unknown));
        let start = Timestamp(put.start);
        self.began = Some(self.began.map_or(start, |began| began.min(start)));
    }

    fn add_processing(&mut self, processing: &Processing) {
        self.processings += 1;
        self.skipped += usize::from(processing.outcome == ProcessOutcome::Skipped);
        self.ended = self.ended.max(Some(Timestamp(processing.end)));
    }

    /// Counts the processing of a record whose put is not in the history.
    pub(super) fn add_foreign(&mut self, processing: &Processing) {
        self.processings += 1;
        self.foreign += 1;
        self.ended = self.ended.max(Some(Timestamp(processing.end)));
    }

    /// Counts the processing of a record that was settled before.
    pub(super) fn add_late_copy(&mut self, processing: &Processing) {
        self.add_processing(processing);
        self.duplicates += usize::from(processing.has_succeeded());
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            records, acknowledged, unknown, groups, processings, processed, duplicates, skipped, foreign, ..
        } = self;
        writeln!(f, "{records} records of {groups} keys: {acknowledged} acknowledged, {unknown} without an answer")?;
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
