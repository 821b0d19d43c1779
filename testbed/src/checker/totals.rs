//! How much a history holds.

use std::collections::BTreeSet;
use std::fmt;

use kinetrace::history::{ProcessOutcome, PutOutcome, Timestamp};
use serde::Serialize;

use super::functions::{Function, Functions};
use super::latencies::Latencies;
use super::processing::Processing;
use super::put::Put;
use super::record::Record;
use crate::counted::Counted;

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
    /// Processings, failed ones and skipped copies included, filtered records not.
    pub processings: usize,
    /// Records that were processed successfully.
    pub processed: usize,
    /// Times that a function was done with a record, after it had been done with it before.
    pub duplicates: usize,
    /// Copies of records that the business code was not called for.
    pub skipped: usize,
    /// Records that a function's handler skipped and that the function never processed, counted for each function.
    pub skipped_by_handler: usize,
    /// Records that a mapping's filters kept from a function that never got them, counted for each function.
    pub filtered: usize,
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
        if let Some(first) = record.processings.iter().find(|it| it.outcome == ProcessOutcome::Succeeded) {
            self.processed += 1;
            self.latencies.add(first.end.saturating_sub(record.put.start));
        }
        let got = functions_of(record, functions, |it| it.outcome == ProcessOutcome::Succeeded);
        let skipped =
            functions_of(record, functions, |it| it.outcome == ProcessOutcome::SkippedByHandler && !it.is_filtered);
        let filtered = functions_of(record, functions, |it| it.is_filtered);
        self.skipped_by_handler += skipped.difference(&got).count();
        self.filtered += filtered.iter().filter(|it| !got.contains(it) && !skipped.contains(it)).count();
        let mut done: Vec<_> =
            record.processings.iter().filter(|it| it.is_success()).map(|it| functions.of(it)).collect();
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
        self.processings += usize::from(!processing.is_filtered);
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
        self.duplicates += usize::from(processing.is_success());
    }
}

/// The functions that have such a processing of the record.
fn functions_of(
    record: &Record<'_>,
    functions: &Functions,
    is_such: impl Fn(&Processing) -> bool,
) -> BTreeSet<Function> {
    record.processings.iter().filter(|it| is_such(it)).map(|it| functions.of(it)).collect()
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { records, acknowledged, unknown, groups, processings, processed, duplicates, foreign, .. } = self;
        let (records, groups) = (Counted(*records, "record"), Counted(*groups, "key"));
        writeln!(f, "{records} of {groups}: {acknowledged} acknowledged, {unknown} without an answer")?;
        let (processings, processed) = (Counted(*processings, "processing"), Counted(*processed, "record"));
        let duplicates = Counted(*duplicates, "duplicate");
        write!(f, "{processings}: {processed} done, {duplicates}, {foreign} foreign")?;
        if self.skipped > 0 {
            write!(f, ", {} copies skipped", self.skipped)?;
        }
        if self.skipped_by_handler > 0 {
            write!(f, ", {} skipped by the handler", Counted(self.skipped_by_handler, "record"))?;
        }
        if self.filtered > 0 {
            write!(f, ", {} filtered", Counted(self.filtered, "record"))?;
        }
        match (self.latencies.percentile(50), self.latencies.percentile(99)) {
            (Some(p50), Some(p99)) => write!(f, "\nput to processed: p50 {p50} µs, p99 {p99} µs"),
            _ => Ok(()),
        }
    }
}
