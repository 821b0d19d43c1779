//! Where a partition stands, between its worker and the thread that polls.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use super::in_hand::InHand;

#[derive(Debug)]
pub(super) struct Progress {
    records: AtomicUsize,
    bytes: AtomicUsize,
    /// Where to start again.
    next: AtomicI64,
}

impl Progress {
    /// Of a partition whose first record that was read has this offset. It is where to start again until it is done: a group that
    /// has committed nothing would begin where `auto.offset.reset` says, which may be after it.
    pub(super) fn new(first: i64) -> Self {
        Self { records: AtomicUsize::new(0), bytes: AtomicUsize::new(0), next: AtomicI64::new(first) }
    }

    pub(super) fn read(&self, record: InHand) {
        self.records.fetch_add(record.records, Ordering::Relaxed);
        self.bytes.fetch_add(record.bytes, Ordering::Relaxed);
    }

    /// What was read and is not done.
    pub(super) fn in_hand(&self) -> InHand {
        InHand { records: self.records.load(Ordering::Relaxed), bytes: self.bytes.load(Ordering::Relaxed) }
    }

    /// The offset of the lowest record that is not done.
    pub(super) fn next(&self) -> i64 {
        self.next.load(Ordering::Acquire)
    }

    pub(super) fn finish(&self, done: InHand, next: i64) {
        self.next.store(next, Ordering::Release);
        self.records.fetch_sub(done.records, Ordering::Relaxed);
        self.bytes.fetch_sub(done.bytes, Ordering::Relaxed);
    }
}
