//! What was answered and what was flushed so far.

use std::time::SystemTime;

use crate::telemetry::Unflushed as Backlog;

/// Of one process, whose invocations may overlap, and their flushes, too.
#[derive(Debug)]
pub(super) struct Course {
    /// The invocations that have been answered.
    answered: u64,
    flushed: Mark,
}

/// How far it has come: the invocations that have been answered then, and when, by the clock on the wall, for others may
/// stand still with the process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    invocations: u64,
    time: SystemTime,
}

impl Course {
    pub(super) fn new(now: SystemTime) -> Self {
        Self { answered: 0, flushed: Mark { invocations: 0, time: now } }
    }

    /// One more. A flush that begins now takes along what there is up to the mark.
    pub(super) fn answered(&mut self, now: SystemTime) -> Mark {
        self.answered += 1;
        Mark { invocations: self.answered, time: now }
    }

    /// A flush that began at `mark` is over. As long as it is not, it stays due, because it may fail to take place.
    pub(super) fn flushed(&mut self, mark: Mark) {
        if mark.invocations > self.flushed.invocations {
            self.flushed = mark;
        }
    }

    pub(super) fn backlog(&self, now: SystemTime, is_full_batch: bool) -> Backlog {
        let invocations = self.answered.saturating_sub(self.flushed.invocations);
        let invocations = u32::try_from(invocations).unwrap_or(u32::MAX);
        Backlog { invocations, is_full_batch, age: now.duration_since(self.flushed.time).ok() }
    }
}
