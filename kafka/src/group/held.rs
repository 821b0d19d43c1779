//! The records of a partition that were read and are not done, in the order of their offsets.

use std::collections::VecDeque;

use kinetrace_consumer::kafka::EventRecord;

use super::in_hand::InHand;

#[derive(Debug, Default)]
pub(super) struct Held(VecDeque<EventRecord>);

impl Held {
    pub(super) fn push(&mut self, record: EventRecord) {
        self.0.push_back(record);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn all(&self) -> Vec<EventRecord> {
        self.0.iter().cloned().collect()
    }

    /// Lets go of all records before the one at which the batch ended, or of all if it did not. How much that was, and the offset
    /// at which to start again: that of the lowest record that is not done.
    pub(super) fn finish(&mut self, unfinished: Option<i64>) -> Option<(InHand, i64)> {
        let done = self.0.iter().take_while(|it| unfinished.is_none_or(|offset| it.offset < offset)).count();
        let last = self.0.get(done.checked_sub(1)?)?.offset;
        let mut let_go = InHand::default();
        self.0.drain(..done).for_each(|record| let_go += InHand::of(&record));
        Some((let_go, last + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With a gap, as compaction and transactions leave them.
    fn held() -> Held {
        Held([4, 5, 8, 9].map(|offset| EventRecord::new("flights", 0, offset, None)).into())
    }

    #[test]
    fn the_next_offset_is_that_of_the_lowest_record_that_is_not_done() {
        for (unfinished, done, left) in [
            (None, Some((4, 10)), vec![]),
            (Some(4), None, vec![4, 5, 8, 9]),
            (Some(5), Some((1, 5)), vec![5, 8, 9]),
            (Some(8), Some((2, 6)), vec![8, 9]),
            (Some(9), Some((3, 9)), vec![9]),
        ] {
            let mut held = held();
            let done = done.map(|(records, next)| (InHand { records, bytes: 0 }, next));
            assert_eq!(held.finish(unfinished), done, "{unfinished:?}");
            assert_eq!(held.all().iter().map(|it| it.offset).collect::<Vec<_>>(), left, "{unfinished:?}");
        }
        assert_eq!(Held::default().finish(None), None);
    }
}
