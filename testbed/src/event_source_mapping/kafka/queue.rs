//! One partition: what waits there, which poller owns it, and what of it is committed.

use std::collections::VecDeque;

use super::record::Record;

/// The records of a partition that have been read and are in no batch.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// In the order of their offsets.
    waiting: VecDeque<Record>,
    /// The poller that the partition was dealt to.
    pub(super) poller: usize,
    pub(super) hold: Hold,
    /// Done, and above the offset that is committed.
    uncommitted: Vec<Record>,
}

/// Whether a batch keeps new ones of the partition from being made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Hold {
    #[default]
    Free,
    /// One of its batches is with the function.
    InFlight,
    /// One of its batches has failed, and goes before all else.
    Retry,
}

impl Queue {
    pub(super) fn push(&mut self, record: Record) {
        self.waiting.push_back(record);
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Whether a new batch may be made of it.
    pub(super) fn is_idle(&self) -> bool {
        self.hold == Hold::Free && !self.waiting.is_empty()
    }

    pub(super) fn first(&self) -> Option<&Record> {
        self.waiting.front()
    }

    pub(super) fn take(&mut self) -> Option<Record> {
        self.waiting.pop_front()
    }

    /// Puts records back to where they were read from.
    pub(super) fn put_back(&mut self, records: impl IntoIterator<Item = Record>) {
        let waiting = records.into_iter().chain(std::mem::take(&mut self.waiting));
        let mut waiting: Vec<_> = waiting.collect();
        waiting.sort_by_key(|record| record.offset);
        self.waiting = waiting.into();
    }

    /// Takes out what is older than that. A record without a timestamp stays.
    pub(super) fn expire(&mut self, oldest: i64) -> Vec<Record> {
        let is_old = |record: &Record| (0..oldest).contains(&record.timestamp);
        let (old, young): (VecDeque<_>, _) = std::mem::take(&mut self.waiting).into_iter().partition(is_old);
        self.waiting = young;
        old.into()
    }

    /// Takes down that a record is done. It comes again if that is not committed before the partitions are next dealt.
    pub(super) fn done(&mut self, record: Record) {
        self.uncommitted.push(record);
    }

    /// Commits what was done, up to the first record that is not: the one at this offset, or one that waits.
    pub(super) fn commit(&mut self, unsettled: Option<i64>) {
        let first = self.waiting.front().map(|record| record.offset);
        let below = unsettled.into_iter().chain(first).min();
        self.uncommitted.retain(|record| below.is_some_and(|below| record.offset > below));
    }

    /// Reads again from the offset that is committed, as the next owner does.
    pub(super) fn resume(&mut self) {
        let uncommitted = std::mem::take(&mut self.uncommitted);
        self.put_back(uncommitted);
    }
}
