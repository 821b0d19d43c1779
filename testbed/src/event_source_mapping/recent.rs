//! The latest numbers that were read of a shard, in a bounded space.

use std::collections::VecDeque;

use kinetrace::SequenceNumber;

/// Numbers in the order in which a shard is read, which is ascending. Of those that are too many, only the last is known:
/// what is not above it counts as read. So of a long shard, a record that reads passed over is noticed if its
/// acknowledgement comes within the latest `capacity` records, and counts as read after that.
#[derive(Debug)]
pub(super) struct Recent {
    numbers: VecDeque<SequenceNumber>,
    forgotten: Option<SequenceNumber>,
    /// Whether all numbers count as read.
    passed_over: bool,
    capacity: usize,
}

/// Of one shard: a minute and more of what Kinesis takes, 1,000 records a second.
const CAPACITY: usize = 65_536;

impl Default for Recent {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl Recent {
    fn with_capacity(capacity: usize) -> Self {
        Self { numbers: VecDeque::new(), forgotten: None, passed_over: false, capacity }
    }

    /// Takes down that reads begin with this number: what is not above it counts as read.
    pub(super) fn begin(&mut self, first: SequenceNumber) {
        self.forgotten = Some(first);
    }

    /// Takes down that none is ever read: all count as read.
    pub(super) fn pass_over(&mut self) {
        self.passed_over = true;
    }

    /// Adds a number above all that are there.
    pub(super) fn push(&mut self, number: SequenceNumber) {
        if self.numbers.len() == self.capacity {
            self.forgotten = self.numbers.pop_front();
        }
        self.numbers.push_back(number);
    }

    /// Whether the number was read, as far as that is known.
    pub(super) fn contains(&self, number: &SequenceNumber) -> bool {
        self.passed_over
            || self.forgotten.as_ref().is_some_and(|forgotten| number <= forgotten)
            || self.numbers.binary_search(number).is_ok()
    }

    /// Whether the reads have come to this number, so that it is one of those read or was passed over.
    pub(super) fn reaches(&self, number: &SequenceNumber) -> bool {
        self.passed_over || self.last().is_some_and(|last| number <= last)
    }

    /// The last number.
    pub(super) fn last(&self) -> Option<&SequenceNumber> {
        self.numbers.back().or(self.forgotten.as_ref())
    }

    /// The last number below this one.
    pub(super) fn before(&self, number: &SequenceNumber) -> Option<&SequenceNumber> {
        let below = self.numbers.partition_point(|it| it < number);
        let forgotten = self.forgotten.as_ref().filter(|forgotten| *forgotten < number);
        below.checked_sub(1).and_then(|index| self.numbers.get(index)).or(forgotten)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_known_by_number_and_what_is_too_old_by_its_place() {
        let mut recent = Recent::with_capacity(3);
        for number in ["2", "4", "8", "10", "12"] {
            recent.push(number.into());
            assert!(recent.numbers.len() <= 3, "{recent:?}");
        }
        let table = [
            ("1", true, None),
            ("2", true, None),
            ("3", true, None),
            ("4", true, None),
            ("5", false, Some("4")),
            ("8", true, Some("4")),
            ("9", false, Some("8")),
            ("10", true, Some("8")),
            ("11", false, Some("10")),
            ("12", true, Some("10")),
            ("13", false, Some("12")),
        ];
        for (number, was_read, before) in table {
            assert_eq!(recent.contains(&number.into()), was_read, "{number}");
            assert_eq!(recent.before(&number.into()).map(SequenceNumber::as_str), before, "{number}");
        }
        assert_eq!(recent.last().map(SequenceNumber::as_str), Some("12"));
    }
}
