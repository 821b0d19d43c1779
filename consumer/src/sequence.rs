//! Which message of a batch is processed next where there is one at a time, and where each partition of it is to start again.
//!
//! It is the [schedule](crate::schedule) whose every partition is one lane, of which one message at a time is begun. No I/O, no
//! clock: the caller says when time is up.

use std::collections::BTreeSet;

#[derive(Debug)]
pub(crate) struct Sequence {
    /// Each message's.
    partitions: Vec<usize>,
    /// The place of the first message that was not looked at.
    next: usize,
    /// Of each partition: nothing from this place on is begun any more.
    ends: Vec<usize>,
}

/// Of a partition that goes on to its last message.
const NO_END: usize = usize::MAX;

impl Sequence {
    /// Each message's partition, numbered from 0.
    pub(crate) fn new(partitions: impl Iterator<Item = usize>) -> Self {
        let partitions: Vec<_> = partitions.collect();
        let count = partitions.iter().max().map_or(0, |last| last + 1);
        Self { partitions, next: 0, ends: vec![NO_END; count] }
    }

    /// Begins a message: the first of the batch that may be begun now. The one before is done.
    pub(crate) fn begin(&mut self) -> Option<usize> {
        while let Some(partition) = self.partitions.get(self.next) {
            let place = self.next;
            self.next += 1;
            if place < self.ends[*partition] {
                return Some(place);
            }
        }
        None
    }

    /// The message failed: its partition ends here.
    pub(crate) fn fail(&mut self, place: usize) {
        if let Some(partition) = self.partitions.get(place) {
            self.end_at(*partition, place);
        }
    }

    /// The partition ends at this place, as at a message that failed.
    pub(crate) fn end_at(&mut self, partition: usize, place: usize) {
        if let Some(end) = self.ends.get_mut(partition) {
            *end = place.min(*end);
        }
    }

    /// Time is up: nothing is begun any more, and each partition ends at the first of its messages that was not begun.
    pub(crate) fn stop(&mut self) {
        for (place, partition) in self.partitions.iter().enumerate().skip(self.next) {
            self.ends[*partition] = self.ends[*partition].min(place);
        }
        self.next = self.partitions.len();
    }

    /// Where each partition is to start again, in the order of the batch. A partition that is done has no such place.
    pub(crate) fn ends(&self) -> BTreeSet<usize> {
        self.ends.iter().copied().filter(|end| *end != NO_END).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::key::Key;
    use crate::schedule::Schedule;

    /// What happens to a message.
    #[derive(Debug, Clone, Copy)]
    enum Fate {
        Succeeds,
        Fails,
        Unreadable,
    }

    fn fate() -> impl Strategy<Value = Fate> {
        prop_oneof![8 => Just(Fate::Succeeds), 1 => Just(Fate::Fails), 1 => Just(Fate::Unreadable)]
    }

    proptest! {
        #[test]
        fn one_at_a_time_it_begins_and_ends_what_the_schedule_does(
            batch in prop::collection::vec((0..4_usize, fate()), 0..30), time_is_up_after in 0..40_usize,
        ) {
            let mut schedule = Schedule::new(batch.iter().map(|(partition, _)| (*partition, Key::None)));
            let mut sequence = Sequence::new(batch.iter().map(|(partition, _)| *partition));
            for (place, (partition, fate)) in batch.iter().enumerate() {
                if let Fate::Unreadable = fate {
                    schedule.end_at(*partition, place);
                    sequence.end_at(*partition, place);
                }
            }
            for turn in 0.. {
                if turn == time_is_up_after {
                    schedule.stop();
                    sequence.stop();
                }
                let begun = schedule.begin();
                prop_assert_eq!(sequence.begin(), begun);
                let Some(place) = begun else { break };
                match batch[place].1 {
                    Fate::Succeeds => schedule.succeed(place),
                    Fate::Fails | Fate::Unreadable => {
                        schedule.fail(place);
                        sequence.fail(place);
                    }
                }
            }
            prop_assert_eq!(sequence.ends(), schedule.ends());
        }
    }
}
