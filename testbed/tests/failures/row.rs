//! How a cell ended, as a line of the table.

use std::fmt;
use std::time::Duration;

use crate::cell::Cell;
use crate::mapping::Mapping;

/// How a cell ended.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) cell: Cell,
    pub(crate) invocations: usize,
    /// Those with records of several partitions of a topic.
    pub(crate) of_several: usize,
    /// Failures that were seen, as they were to be.
    pub(crate) failures: usize,
    pub(crate) duplicates: usize,
    pub(crate) lost: u64,
    pub(crate) inversions: u64,
    pub(crate) overlaps: u64,
    /// Records whose spans make one trace.
    pub(crate) traced: usize,
    pub(crate) time: Duration,
    /// What should not be.
    pub(crate) faults: Vec<String>,
}

impl Row {
    pub(crate) fn heading() -> String {
        format!(
            "{:11} {:>6} {:17} {:>7} {:>7} {:>11} {:>5} {:>8} {:>10} {:>4} {:>10} {:>8} {:>7} {:>7} {:>5}  verdict",
            "failure",
            "batch",
            "mapping",
            "at once",
            "records",
            "invocations",
            "mixed",
            "failures",
            "duplicates",
            "lost",
            "inversions",
            "overlaps",
            "traced",
            "seconds",
            "seed"
        )
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cell, invocations, of_several, failures, duplicates, lost, inversions, overlaps, traced, .. } = self;
        let Cell { kind, by_batch, mapping, seed } = cell;
        let name = if *by_batch { format!("batch {}", kind.name()) } else { kind.name().to_owned() };
        let (source, Mapping { batch_size, at_once, records, .. }) = (mapping.source.to_string(), mapping);
        write!(
            f,
            "{name:11} {batch_size:>6} {source:17} {at_once:>7} {records:>7} {invocations:>11} {of_several:>5} "
        )?;
        write!(f, "{failures:>8} {duplicates:>10} {lost:>4} {inversions:>10} {overlaps:>8} ")?;
        let (percent, seconds) = (100.0 * *traced as f64 / mapping.records as f64, self.time.as_secs_f64());
        write!(
            f,
            "{percent:>5.0} % {seconds:>7.1} {seed:>5}  {}",
            if self.faults.is_empty() { "holds" } else { "FAULT" }
        )
    }
}
