//! Where a partition stands, between its worker and the thread that polls.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

#[derive(Debug)]
pub(super) struct Progress {
    /// Records that were read and are not done.
    in_hand: AtomicUsize,
    /// Where to start again; none while it is [`NOT_BEGUN`].
    next: AtomicI64,
}

const NOT_BEGUN: i64 = -1;

impl Progress {
    pub(super) fn new() -> Self {
        Self { in_hand: AtomicUsize::new(0), next: AtomicI64::new(NOT_BEGUN) }
    }

    pub(super) fn read_one(&self) -> usize {
        self.in_hand.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn in_hand(&self) -> usize {
        self.in_hand.load(Ordering::Relaxed)
    }

    /// The offset of the lowest record that is not done.
    pub(super) fn next(&self) -> Option<i64> {
        Some(self.next.load(Ordering::Acquire)).filter(|next| *next != NOT_BEGUN)
    }

    pub(super) fn finish(&self, done: usize, next: i64) {
        self.next.store(next, Ordering::Release);
        self.in_hand.fetch_sub(done, Ordering::Relaxed);
    }
}
