//! What a document keeps of its rows. A live page gets everything; a file has only so much room.

use std::collections::HashSet;

use super::model::record::Shown;

/// From which row on everything is kept. What is remarkable keeps everything, wherever it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    /// Records with the ids of their spans and requests.
    pub(super) spans_from: u64,
    /// Records with the id of their trace.
    pub(super) traces_from: u64,
    /// Records with their sequence number.
    pub(super) sequences_from: u64,
    /// Rows of spans.
    pub(super) span_rows_from: u64,
    /// Rows of log lines.
    pub(super) logs_from: u64,
    /// Records that keep everything.
    pub(super) remarkable: HashSet<u64>,
    /// Invocations that keep everything.
    pub(super) remarkable_invocations: HashSet<u64>,
    /// Whether columns that mostly ascend hold differences. A page that runs would gain nothing.
    pub(super) sums: bool,
}

impl Kept {
    pub(super) fn everything() -> Self {
        Self::default()
    }

    pub(super) fn of_record(&self, id: u64) -> Shown {
        let is = |from: u64| id >= from || self.remarkable.contains(&id);
        Shown { trace: is(self.traces_from), span: is(self.spans_from), sequence: is(self.sequences_from) }
    }

    /// Whether an invocation, whose newest record this is, keeps the id of its request.
    pub(super) fn has_request(&self, id: u64, newest: u64) -> bool {
        newest >= self.spans_from || self.remarkable_invocations.contains(&id)
    }
}
