//! Records that are done, which the function may be handed once more on demand: Lambda promises at least once
//! (<https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html>).

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::record::Record;

/// What is remembered of a mapping at most: so many invocations, and so many bytes of their records.
const INVOCATIONS: usize = 4_096;
const BYTES: usize = 16 << 20;

/// The latest invocations of a mapping with the records that they were done with, and the shards that take records back.
#[derive(Debug, Clone, Default)]
pub(super) struct Redeliveries(Arc<Mutex<Memory>>);

#[derive(Debug, Default)]
struct Memory {
    done: VecDeque<Done>,
    bytes: usize,
    shards: HashMap<String, UnboundedSender<Vec<Record>>>,
}

#[derive(Debug)]
struct Done {
    invocation: u64,
    shard: String,
    records: Vec<Record>,
    bytes: usize,
}

impl Redeliveries {
    /// Where a shard finds the records that it is asked to deliver once more.
    pub(super) fn open(&self, shard: &str) -> UnboundedReceiver<Vec<Record>> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.memory().shards.insert(shard.to_owned(), sender);
        receiver
    }

    /// Takes down that nothing more can be asked of a shard. What was asked before is in its channel.
    pub(super) fn close(&self, shard: &str) {
        let mut memory = self.memory();
        memory.shards.remove(shard);
        memory.done.retain(|done| done.shard != shard);
        memory.bytes = memory.done.iter().map(|done| done.bytes).sum();
    }

    /// Remembers what an invocation was done with.
    pub(super) fn remember(&self, invocation: u64, shard: &str, records: Vec<Record>) {
        if records.is_empty() {
            return;
        }
        let bytes = records.iter().map(Record::event_bytes).sum();
        self.memory().remember(Done { invocation, shard: shard.to_owned(), records, bytes });
    }

    /// Asks the shard of an invocation to deliver its records once more. Returns whether it will.
    pub(super) fn ask(&self, invocation: u64) -> bool {
        let memory = self.memory();
        let done = memory.done.iter().find(|done| done.invocation == invocation);
        let shard = done.and_then(|done| Some((done, memory.shards.get(&done.shard)?)));
        shard.is_some_and(|(done, shard)| shard.send(done.records.clone()).is_ok())
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn remember(&mut self, done: Done) {
        self.bytes += done.bytes;
        self.done.push_back(done);
        while self.done.len() > INVOCATIONS || self.bytes > BYTES {
            let Some(oldest) = self.done.pop_front() else { return };
            self.bytes -= oldest.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn record(bytes: usize) -> Record {
        Record {
            partition_key: None,
            sequence_number: "1".into(),
            data: Bytes::from(vec![0; bytes]),
            arrival_millis: 0,
        }
    }

    #[test]
    fn what_is_remembered_is_bounded_in_number_and_bytes() {
        let redeliveries = Redeliveries::default();
        let mut shard = redeliveries.open("s");
        for (each, most) in [(0, INVOCATIONS), (1 << 20, 16)] {
            (0..9_000).for_each(|number| redeliveries.remember(number, "s", vec![record(each)]));
            let memory = redeliveries.memory();
            assert!(memory.done.len() <= most && memory.bytes <= BYTES, "{} of {each}", memory.done.len());
        }
        assert!(redeliveries.ask(8_999) && !redeliveries.ask(0));
        assert_eq!(shard.try_recv().unwrap().len(), 1);
    }

    #[test]
    fn a_shard_that_has_ended_takes_nothing_back_and_other_shards_do() {
        let redeliveries = Redeliveries::default();
        let (_ended, _other) = (redeliveries.open("ended"), redeliveries.open("other"));
        redeliveries.remember(0, "ended", vec![record(1)]);
        redeliveries.remember(1, "other", vec![record(1)]);
        redeliveries.remember(2, "other", Vec::new());
        redeliveries.close("ended");
        assert_eq!([0, 1, 2].map(|invocation| redeliveries.ask(invocation)), [false, true, false]);
    }
}
