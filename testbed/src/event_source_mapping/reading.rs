//! How far a shard has been read and settled, and whether its reads passed over a record that was acknowledged.

use std::collections::BTreeSet;

use kinetrace::SequenceNumber;

use super::recent::Recent;

/// Reads in a row that bring nothing, after which a record that was acknowledged before them will never come: five
/// seconds and more at the default interval. Kinesis hands a record out within one
/// (<https://docs.aws.amazon.com/streams/latest/dev/introduction.html>).
const PATIENCE: u64 = 1000;

/// What the reads of one shard, or partition, brought, and what is left of it. It takes no more room the longer the shard is: `open` is
/// bounded by how far the mapping reads ahead, `found` by itself.
#[derive(Debug, Default)]
pub(super) struct Reading {
    found: Recent,
    /// Read, and not settled yet.
    open: BTreeSet<SequenceNumber>,
    /// How many there were, and which of them was the last that brought anything.
    reads: u64,
    last_find: u64,
    ended: bool,
    /// Whether the first record that is read need not be the shard's first.
    starts_late: bool,
}

impl Reading {
    /// Takes down what one read brought.
    pub(super) fn record(&mut self, page: impl IntoIterator<Item = SequenceNumber>) {
        self.reads += 1;
        for number in page {
            self.last_find = self.reads;
            if std::mem::take(&mut self.starts_late) {
                self.found.begin(number.clone());
            }
            self.open.insert(number.clone());
            self.found.push(number);
        }
    }

    /// Takes down that the reads do not begin with the shard's first record.
    pub(super) fn start_late(&mut self) {
        self.starts_late = true;
    }

    /// Takes down that the shard is not read: its records came before the starting position.
    pub(super) fn pass_over(&mut self) {
        self.found.pass_over();
    }

    /// Takes down that a record needs no further invocation.
    pub(super) fn settle(&mut self, number: &SequenceNumber) {
        self.open.remove(number);
    }

    /// Whether a record was read and needs no further invocation.
    pub(super) fn has_settled(&self, number: &SequenceNumber) -> bool {
        !self.open.contains(number) && self.found.contains(number)
    }

    /// Whether the reads have come to this record. None after it can be settled otherwise.
    pub(super) fn reaches(&self, number: &SequenceNumber) -> bool {
        self.found.reaches(number)
    }

    /// The number through which all that was read is settled.
    pub(super) fn settled_through(&self) -> Option<&SequenceNumber> {
        match self.open.first() {
            Some(first) => self.found.before(first),
            None => self.found.last(),
        }
    }

    /// Takes down that there is nothing more to be read.
    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    /// How many reads there were.
    pub(super) fn reads(&self) -> u64 {
        self.reads
    }

    /// Whether a record that was acknowledged when there had been `reads` of them will never come.
    pub(super) fn has_skipped(&self, number: &SequenceNumber, reads: u64) -> bool {
        let is_behind = self.found.last().is_some_and(|position| number < position);
        let is_overdue = self.reads.saturating_sub(self.last_find.max(reads)) >= PATIENCE;
        !self.found.contains(number) && (is_behind || is_overdue || self.ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(numbers: &[&str]) -> Vec<SequenceNumber> {
        numbers.iter().map(|&number| number.into()).collect()
    }

    #[test]
    fn what_comes_before_a_record_that_was_read_is_skipped_and_what_comes_after_may_still_come() {
        let mut reading = Reading::default();
        assert!(!reading.has_skipped(&"9".into(), 0));
        reading.record(page(&["8", "10"]));
        let skipped = ["8", "9", "10", "11"].map(|number| reading.has_skipped(&number.into(), 0));
        assert_eq!(skipped, [false, true, false, false]);
        reading.end();
        assert!(reading.has_skipped(&"11".into(), 0));
    }

    #[test]
    fn a_shard_is_settled_through_the_record_before_the_first_that_is_open() {
        let mut reading = Reading::default();
        reading.record(page(&["8", "9", "10"]));
        let mut settle = |number: &str| {
            reading.settle(&number.into());
            let settled = ["7", "8", "9", "10", "11"].map(|number| reading.has_settled(&number.into()));
            (reading.settled_through().map(|number| number.as_str().to_owned()), settled)
        };
        assert_eq!(settle("9"), (None, [false, false, true, false, false]));
        assert_eq!(settle("8"), (Some("9".to_owned()), [false, true, true, false, false]));
        assert_eq!(settle("10"), (Some("10".to_owned()), [false, true, true, true, false]));
        reading.record(page(&["11"]));
        assert_eq!(reading.settled_through().map(SequenceNumber::as_str), Some("10"));
    }

    #[test]
    fn what_came_before_a_late_start_needs_no_invocation() {
        let (mut late, mut never) = (Reading::default(), Reading::default());
        late.start_late();
        late.record([]);
        assert!(!late.has_settled(&"7".into()));
        late.record(page(&["8", "10"]));
        let known = |number: &str| (late.has_settled(&number.into()), late.has_skipped(&number.into(), 0));
        assert_eq!(["7", "8", "9", "10"].map(known), [(true, false), (false, false), (false, true), (false, false)]);
        never.pass_over();
        never.end();
        assert!(never.has_settled(&"7".into()) && !never.has_skipped(&"7".into(), 0));
    }

    #[test]
    fn reads_that_bring_nothing_count_from_the_acknowledgement_and_from_the_last_find() {
        let mut reading = Reading::default();
        let mut skips = |pages: u64, numbers: &[&str], acknowledged: u64| {
            (0..pages).for_each(|_| reading.record(page(numbers)));
            reading.has_skipped(&"9".into(), acknowledged)
        };
        assert!(!skips(PATIENCE, &[], 1), "it was acknowledged after the first of them");
        assert!(skips(1, &[], 1));
        assert!(!skips(1, &["8"], 1), "others still come");
        assert!(!skips(PATIENCE - 1, &[], 1));
        assert!(skips(1, &[], 1));
        assert!(!skips(0, &[], u64::MAX));
    }
}
