//! What a batch asks for each of its records.

use std::time::{Duration, Instant};

/// Which batch of a publisher it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BatchId(u64);

/// What a batch asks for each of its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Terms {
    pub(crate) batch: BatchId,
    /// From then on nothing of it is sent.
    pub(crate) deadline: Instant,
    /// How long one attempt may take.
    attempt_timeout: Duration,
}

impl Terms {
    pub(super) fn new(batch: u64, deadline: Instant, attempt_timeout: Duration) -> Self {
        Self { batch: BatchId(batch), deadline, attempt_timeout }
    }

    /// How long an attempt may take that begins now.
    pub(super) fn attempt_limit(&self, now: Instant) -> Duration {
        self.attempt_timeout.min(self.deadline.saturating_duration_since(now))
    }
}
