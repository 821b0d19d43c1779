//! How far a mapping has come: which records were read, which are settled, which were discarded.

use std::collections::{HashMap, VecDeque};

use kinetrace::SequenceNumber;
use tokio::sync::watch;

use super::discard::Discard;
use super::error::Error;
use super::reading::Reading;
use super::record::Record;

/// Everything a mapping has done so far.
#[derive(Debug)]
pub(super) struct Progress<D = Discard> {
    readings: HashMap<String, Reading>,
    /// The latest.
    discards: VecDeque<D>,
    /// How many of them are kept.
    most_discards: usize,
    invocations: u64,
    failure: Option<Error>,
}

impl<D> Default for Progress<D> {
    fn default() -> Self {
        Self {
            readings: HashMap::new(),
            discards: VecDeque::new(),
            most_discards: usize::MAX,
            invocations: 0,
            failure: None,
        }
    }
}

impl Progress {
    /// Takes down one answer of the function, by which these records of a shard are done.
    pub(super) fn record(&mut self, shard: &str, done: &[Record]) {
        self.invoked();
        self.settle_all(shard, done);
    }

    /// Takes down that records were given up.
    pub(super) fn give_up(&mut self, shard: &str, discard: &Discard) {
        self.settle_all(shard, &discard.records);
        self.discard(discard.clone());
    }

    fn settle_all(&mut self, shard: &str, records: &[Record]) {
        records.iter().for_each(|record| self.settle(shard, &record.sequence_number));
    }
}

impl<D> Progress<D> {
    /// Of a mapping that may go on for long: so many discards are kept, the latest.
    pub(super) fn keeping(most_discards: usize) -> Self {
        Self { most_discards, ..Self::default() }
    }

    /// What is known of the reads of a shard.
    pub(super) fn reading(&mut self, shard: &str) -> &mut Reading {
        self.readings.entry(shard.to_owned()).or_default()
    }

    /// Takes down that the function has answered once more.
    pub(super) fn invoked(&mut self) {
        self.invocations += 1;
    }

    /// Takes down that a record needs no further invocation.
    pub(super) fn settle(&mut self, shard: &str, number: &SequenceNumber) {
        self.reading(shard).settle(number);
    }

    /// Takes down that records were given up.
    pub(super) fn discard(&mut self, discard: D) {
        if self.discards.len() == self.most_discards {
            self.discards.pop_front();
        }
        self.discards.push_back(discard);
    }

    /// Takes down why no more progress is to be expected.
    pub(super) fn fail(&mut self, error: Error) {
        self.failure.get_or_insert(error);
    }

    pub(super) fn discards(&self) -> impl Iterator<Item = &D> {
        self.discards.iter()
    }

    pub(super) fn invocations(&self) -> u64 {
        self.invocations
    }

    /// Whether a record needs no further invocation.
    pub(super) fn has(&self, shard: &str, number: &SequenceNumber) -> bool {
        self.readings.get(shard).is_some_and(|reading| reading.has_settled(number))
    }

    /// Whether the reads of the shard have come to this record.
    pub(super) fn reaches(&self, shard: &str, number: &SequenceNumber) -> bool {
        self.readings.get(shard).is_some_and(|reading| reading.reaches(number))
    }

    /// Of each shard, the number through which all that was read is settled.
    pub(super) fn settled_through(&self) -> impl Iterator<Item = (&str, &SequenceNumber)> {
        self.readings.iter().filter_map(|(shard, reading)| Some((shard.as_str(), reading.settled_through()?)))
    }

    /// How often each shard was read.
    fn reads(&self) -> HashMap<String, u64> {
        self.readings.iter().map(|(shard, reading)| (shard.clone(), reading.reads())).collect()
    }

    /// Whether a record, acknowledged when the shards had been read so often, will never be read.
    fn has_skipped(&self, (shard, number): &(String, SequenceNumber), reads: &HashMap<String, u64>) -> bool {
        let reads = reads.get(shard).copied().unwrap_or_default();
        self.readings.get(shard).is_some_and(|reading| reading.has_skipped(number, reads))
    }
}

/// Waits until all of `records` are settled, or cannot be any more.
pub(super) async fn settled<D>(
    mut progress: watch::Receiver<Progress<D>>,
    mut records: Vec<(String, SequenceNumber)>,
) -> Result<(), Error> {
    let mut failure = None;
    let reads = progress.borrow().reads();
    let waited = progress.wait_for(|progress| {
        // Looks at each record once it is settled, and otherwise only at the last: linear over all calls.
        while records.pop_if(|(shard, number)| progress.has(shard, number)).is_some() {}
        failure.clone_from(&progress.failure);
        if let Some(last) = records.last().filter(|last| failure.is_none() && progress.has_skipped(last, &reads)) {
            failure = Some(Error::Skipped { shard: last.0.clone(), sequence_number: last.1.clone() });
        }
        records.is_empty() || failure.is_some()
    });
    let alive = waited.await.is_ok();
    match records.last() {
        None => Ok(()),
        Some(_) if failure.is_none() && alive => Ok(()),
        Some((shard, sequence_number)) => Err(failure.unwrap_or_else(|| Error::Stopped {
            shard: shard.clone(),
            sequence_number: sequence_number.clone(),
            missing: records.len(),
        })),
    }
}

#[cfg(test)]
mod tests;
