//! What was seen of a run.

use super::traces::Counts;

/// All but what the checker says.
#[derive(Debug, Default)]
pub(super) struct Observed {
    pub(super) counts: Counts,
    /// Records that travelled in aggregates, and the aggregates.
    pub(super) packed: usize,
    pub(super) aggregates: usize,
    pub(super) produced: usize,
    pub(super) processed: usize,
    pub(super) complaints: Vec<String>,
    pub(super) most: Most,
}

/// Of what the function complains, so many lines are kept.
const COMPLAINTS: usize = 100;

impl Observed {
    pub(super) fn complain(&mut self, line: String) {
        if self.complaints.len() < COMPLAINTS {
            self.complaints.push(line);
        }
    }
}

/// The most that there was of each at any time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Most {
    /// Records in the embedded stream.
    pub(super) stored: u64,
    /// Records that were put and not settled.
    pub(super) pending: usize,
    /// Spans and lines that waited for their counterparts.
    pub(super) traces: usize,
    /// Resident memory of all processes, in bytes.
    pub(super) memory: Option<u64>,
}
