//! Records that were put and that the mapping is not done with: what a long run has to remember of its puts.

use std::collections::HashMap;

use kinetrace::SequenceNumber;
use tokio::sync::watch;

use super::discard::Discard;
use super::progress::Progress;

/// Records that are waited for. Only those are kept that are not settled; see
/// [`EventSourceMapping::pending`](super::EventSourceMapping::pending).
#[derive(Debug)]
pub struct Pending<D = Discard> {
    progress: watch::Receiver<Progress<D>>,
    /// In any order, by shard.
    shards: HashMap<String, Vec<SequenceNumber>>,
    len: usize,
}

impl<D> Pending<D> {
    pub(super) fn new(progress: watch::Receiver<Progress<D>>) -> Self {
        Self { progress, shards: HashMap::new(), len: 0 }
    }

    /// Adds a record. One that was added last is not added again: the records of an aggregate share their number.
    pub fn add(&mut self, shard: &str, number: &SequenceNumber) {
        let numbers = match self.shards.get_mut(shard) {
            Some(numbers) => numbers,
            None => self.shards.entry(shard.to_owned()).or_default(),
        };
        if numbers.last() != Some(number) {
            numbers.push(number.clone());
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

    /// Forgets the records that are settled by now.
    pub fn refresh(&mut self) {
        let progress = self.progress.borrow_and_update();
        self.shards.retain(|shard, numbers| {
            numbers.retain(|number| !progress.has(shard, number));
            !numbers.is_empty()
        });
        self.len = self.shards.values().map(Vec::len).sum();
    }

    /// Of each shard, the number through which all that was read is settled: what a stream may forget.
    pub fn settled_through(&self) -> Vec<(String, SequenceNumber)> {
        let progress = self.progress.borrow();
        progress.settled_through().map(|(shard, number)| (shard.to_owned(), number.clone())).collect()
    }

    /// The records, for [`EventSourceMapping::drain`](super::EventSourceMapping::drain).
    pub fn records(&self) -> Vec<(String, SequenceNumber)> {
        let of_shard = |(shard, numbers): (&String, &Vec<SequenceNumber>)| {
            numbers.iter().map(|number| (shard.clone(), number.clone())).collect::<Vec<_>>()
        };
        self.shards.iter().flat_map(of_shard).collect()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::batch::Settled;
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
            progress.record("s", Settled { done: ["1", "3"].map(record).to_vec(), discarded: None });
        });
        pending.refresh();
        assert_eq!(pending.len(), 2);
        assert_eq!(pending.settled_through(), [("s".to_owned(), "3".into())]);
        let left = [("s".to_owned(), "2".into()), ("s".to_owned(), "5".into())];
        assert_eq!(pending.records(), left);
    }
}
