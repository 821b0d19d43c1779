//! Records that were put and that the mapping is not done with: what a long run has to remember of its puts.

use std::collections::{HashMap, VecDeque};

use kinetrace::SequenceNumber;
use tokio::sync::watch;

use super::discard::Discard;
use super::progress::Progress;

/// Records that are waited for. Only those are kept that are not settled; see
/// [`EventSourceMapping::pending`](super::EventSourceMapping::pending).
#[derive(Debug)]
pub struct Pending<D = Discard> {
    progress: watch::Receiver<Progress<D>>,
    /// Ascending, by shard.
    shards: HashMap<String, VecDeque<SequenceNumber>>,
    len: usize,
}

impl<D> Pending<D> {
    pub(super) fn new(progress: watch::Receiver<Progress<D>>) -> Self {
        Self { progress, shards: HashMap::new(), len: 0 }
    }

    /// Adds a record. One that is there is not added again: the records of an aggregate share their number.
    pub fn add(&mut self, shard: &str, number: &SequenceNumber) {
        let numbers = match self.shards.get_mut(shard) {
            Some(numbers) => numbers,
            None => self.shards.entry(shard.to_owned()).or_default(),
        };
        // Answers to puts come in about the order of the records.
        let place = numbers.iter().rposition(|other| other <= number).map_or(0, |place| place + 1);
        if place.checked_sub(1).is_none_or(|before| numbers[before] != *number) {
            numbers.insert(place, number.clone());
            self.len += 1;
        }
    }

    /// How many records were not settled when they were last looked at.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Forgets the records that are settled by now. Looks at no more than the mapping has read: it cannot report anything meanwhile,
    /// and of a shard that is blocked there may be many that it has not.
    pub fn refresh(&mut self) {
        let progress = self.progress.borrow_and_update();
        self.shards.retain(|shard, numbers| {
            let mut left = Vec::new();
            while let Some(number) = numbers.pop_front_if(|number| progress.reaches(shard, number)) {
                if !progress.has(shard, &number) {
                    left.push(number);
                }
            }
            left.into_iter().rev().for_each(|number| numbers.push_front(number));
            !numbers.is_empty()
        });
        self.len = self.shards.values().map(VecDeque::len).sum();
    }

    /// Of each shard, the number through which all that was read is settled: what a stream may forget.
    pub fn settled_through(&self) -> Vec<(String, SequenceNumber)> {
        let progress = self.progress.borrow();
        progress.settled_through().map(|(shard, number)| (shard.to_owned(), number.clone())).collect()
    }

    /// The records, for [`EventSourceMapping::drain`](super::EventSourceMapping::drain).
    pub fn records(&self) -> Vec<(String, SequenceNumber)> {
        let of_shard = |(shard, numbers): (&String, &VecDeque<SequenceNumber>)| {
            numbers.iter().map(|number| (shard.clone(), number.clone())).collect::<Vec<_>>()
        };
        self.shards.iter().flat_map(of_shard).collect()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::record::Record;
    use super::*;

    fn record(number: &str) -> Record {
        let sequence_number = number.into();
        Record { partition_key: None, sequence_number, data: Bytes::new(), arrival_millis: 0 }
    }

    #[test]
    fn what_is_settled_is_forgotten_and_what_reads_passed_over_stays() {
        let (sender, receiver) = watch::channel(Progress::default());
        let mut pending = Pending::new(receiver);
        for number in ["1", "1", "2", "3", "5"] {
            pending.add("s", &number.into());
        }
        assert_eq!(pending.len(), 4, "an aggregate's number counts once");
        sender.send_modify(|progress| {
            progress.reading("s").record(["1", "3", "4", "5"].map(SequenceNumber::from));
            progress.record("s", &["1", "3"].map(record));
        });
        pending.refresh();
        assert_eq!(pending.len(), 2);
        assert_eq!(pending.settled_through(), [("s".to_owned(), "3".into())]);
        let left = [("s".to_owned(), "2".into()), ("s".to_owned(), "5".into())];
        assert_eq!(pending.records(), left);
    }

    #[test]
    fn records_that_are_added_in_another_order_are_forgotten_wherever_they_are_settled() {
        let (sender, receiver) = watch::channel(Progress::default());
        let mut pending = Pending::new(receiver);
        for number in ["9", "3", "10", "3", "1", "8"] {
            pending.add("s", &number.into());
        }
        let mut left_after = |read: &[&str], done: &[&str]| {
            sender.send_modify(|progress| {
                progress.reading("s").record(read.iter().map(|number| SequenceNumber::from(*number)));
                progress.record("s", &done.iter().map(|number| record(number)).collect::<Vec<_>>());
            });
            pending.refresh();
            let left: Vec<_> = pending.records().into_iter().map(|(_, number)| number.as_str().to_owned()).collect();
            assert_eq!(pending.len(), left.len());
            left
        };
        assert_eq!(left_after(&[], &[]), ["1", "3", "8", "9", "10"]);
        assert_eq!(left_after(&["1", "3", "8"], &["3", "8"]), ["1", "9", "10"]);
        assert_eq!(left_after(&["9", "10"], &["10"]), ["1", "9"]);
        assert_eq!(left_after(&[], &["1", "9"]), [""; 0]);
    }

    #[test]
    fn a_shard_that_is_passed_over_leaves_nothing_to_wait_for() {
        let (sender, receiver) = watch::channel(Progress::<Discard>::default());
        let mut pending = Pending::new(receiver);
        pending.add("s", &"7".into());
        sender.send_modify(|progress| progress.reading("s").pass_over());
        pending.refresh();
        assert!(pending.is_empty());
    }

    /// Looking at all of them ten times a second would hold up the mapping: its reports wait meanwhile.
    #[test]
    fn what_a_blocked_shard_has_not_read_is_not_looked_at() {
        let (sender, receiver) = watch::channel(Progress::<Discard>::default());
        let mut pending = Pending::new(receiver);
        let numbers = (0..100_000_u64).map(|number| SequenceNumber::from(number.to_string()));
        numbers.for_each(|number| pending.add("s", &number));
        sender.send_modify(|progress| progress.reading("s").record([SequenceNumber::from("0")]));
        let began = std::time::Instant::now();
        (0..100).for_each(|_| pending.refresh());
        // To look at all of them takes a hundred times a tenth of a second.
        assert!(began.elapsed() < std::time::Duration::from_secs(3), "{:?}", began.elapsed());
        assert_eq!(pending.len(), 100_000);
    }
}
