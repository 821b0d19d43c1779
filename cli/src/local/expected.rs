//! Records of which lines are still to come. Pure.

use std::collections::{HashMap, HashSet};

use kinetrace::SequenceNumber;

use super::outside::hash;

/// A line comes within this time, in microseconds; a record without one is then lost.
const LATE: u64 = 4_000_000;

/// Records that wait for a mapping, and those that have done so until lately.
#[derive(Debug, Clone, Default)]
pub(super) struct Expected {
    /// By hash; with the time at which no mapping waited for it any more.
    records: HashMap<u64, Option<u64>>,
}

impl Expected {
    /// A record was put.
    pub(super) fn add(&mut self, stream: &str, shard: &str, number: &SequenceNumber) {
        self.records.insert(hash(&(stream, shard, number)), None);
    }

    /// At this time, these wait for a mapping.
    pub(super) fn look<'r>(&mut self, waiting: impl Iterator<Item = (&'r str, String, SequenceNumber)>, now: u64) {
        let waiting: HashSet<_> = waiting.map(|record| hash(&record)).collect();
        self.records.retain(|record, since| {
            *since = if waiting.contains(record) { None } else { since.or(Some(now)) };
            since.is_none_or(|since| now.saturating_sub(since) < LATE)
        });
    }

    /// Whether there may be more to say about the record.
    pub(super) fn has(&self, stream: &str, shard: &str, number: &SequenceNumber) -> bool {
        self.records.contains_key(&hash(&(stream, shard, number)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_waited_for_until_its_mapping_is_done_with_it_and_its_line_would_have_come() {
        let mut expected = Expected::default();
        expected.add("s", "shard", &"1".into());
        let waits = |expected: &Expected| expected.has("s", "shard", &"1".into());
        let record = || std::iter::once(("s", "shard".to_owned(), SequenceNumber::from("1")));
        for now in [1, 2 * LATE, 9 * LATE] {
            expected.look(record(), now);
            assert!(waits(&expected), "{now}");
        }
        expected.look(std::iter::empty(), 10 * LATE);
        expected.look(std::iter::empty(), 11 * LATE - 1);
        assert!(waits(&expected), "its line may come");
        expected.look(std::iter::empty(), 11 * LATE);
        assert!(!waits(&expected));
    }

    #[test]
    fn a_record_that_comes_again_is_waited_for_again() {
        let mut expected = Expected::default();
        expected.add("s", "shard", &"1".into());
        expected.look(std::iter::empty(), 0);
        expected.look(std::iter::once(("s", "shard".to_owned(), "1".into())), 1);
        expected.look(std::iter::empty(), LATE);
        expected.look(std::iter::empty(), 2 * LATE - 1);
        assert!(expected.has("s", "shard", &"1".into()));
    }
}
