//! How far a mapping has come: which records were read, which are settled, which were discarded.

use std::collections::HashMap;

use kinetrace::SequenceNumber;
use tokio::sync::watch;

use super::batch::Settled;
use super::discard::Discard;
use super::error::Error;
use super::reading::Reading;

/// Everything a mapping has done so far.
#[derive(Debug)]
pub(super) struct Progress<D = Discard> {
    readings: HashMap<String, Reading>,
    discards: Vec<D>,
    invocations: u64,
    failure: Option<Error>,
}

impl<D> Default for Progress<D> {
    fn default() -> Self {
        Self { readings: HashMap::new(), discards: Vec::new(), invocations: 0, failure: None }
    }
}

impl Progress {
    /// Takes down one answer of the function about records of a shard.
    pub(super) fn record(&mut self, shard: &str, settled: Settled) {
        self.invoked();
        settled.records().for_each(|record| self.settle(shard, &record.sequence_number));
        if let Some((records, reason)) = settled.discarded {
            self.discards.extend(Discard::new(shard, records, reason));
        }
    }
}

impl<D> Progress<D> {
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
        self.discards.push(discard);
    }

    /// Takes down why no more progress is to be expected.
    pub(super) fn fail(&mut self, error: Error) {
        self.failure.get_or_insert(error);
    }

    pub(super) fn discards(&self) -> &[D] {
        &self.discards
    }

    pub(super) fn invocations(&self) -> u64 {
        self.invocations
    }

    /// Whether a record needs no further invocation.
    pub(super) fn has(&self, shard: &str, number: &SequenceNumber) -> bool {
        self.readings.get(shard).is_some_and(|reading| reading.has_settled(number))
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
mod tests {
    use bytes::Bytes;

    use super::super::record::Record;
    use super::*;

    fn done(number: &str) -> Settled {
        let (partition_key, sequence_number, data) = (None, number.into(), Bytes::new());
        Settled { done: vec![Record { partition_key, sequence_number, data, arrival_millis: 0 }], discarded: None }
    }

    fn read(progress: &mut Progress, shard: &str, numbers: &[&str]) {
        progress.reading(shard).record(numbers.iter().map(|&number| number.into()));
    }

    fn wanted(numbers: &[&str]) -> Vec<(String, SequenceNumber)> {
        numbers.iter().map(|&number| ("s".to_owned(), number.into())).collect()
    }

    #[tokio::test]
    async fn waiting_ends_when_the_last_wanted_record_is_settled_in_any_order() {
        let (sender, receiver) = watch::channel(Progress::<Discard>::default());
        let waiting = tokio::spawn(settled(receiver, wanted(&["1", "2"])));
        sender.send_modify(|progress| {
            read(progress, "s", &["1", "2"]);
            read(progress, "other", &["1"]);
        });
        sender.send_modify(|progress| progress.record("s", done("2")));
        sender.send_modify(|progress| progress.record("other", done("1")));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        sender.send_modify(|progress| progress.record("s", done("1")));
        waiting.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn waiting_for_what_will_never_come_is_an_error_that_names_it() {
        let (sender, receiver) = watch::channel(Progress::<Discard>::default());
        drop(sender);
        let error = settled(receiver, wanted(&["1"])).await.unwrap_err();
        assert!(error.to_string().contains("s:1"), "{error}");
    }
}
