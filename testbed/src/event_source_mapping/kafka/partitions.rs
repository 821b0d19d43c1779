//! The partitions of a topic: which poller owns which, and which batch goes next.
//!
//! AWS promises that "Lambda reads messages sequentially for each partition" and that a payload may hold several partitions
//! (<https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html>). It does not say which partitions a poller gets, when they
//! are dealt anew, how many batches a poller has in flight, nor which partitions come together. So this is an adversary: a seeded choice decides all that, and at a new
//! deal a batch that failed is forgotten, its records go back to their partitions, and come again in other batches. A state
//! machine without clock or I/O.

use std::collections::{BTreeMap, BTreeSet};

use super::super::batch::{Batch, Settled};
use super::super::invoke::PAYLOAD_LIMIT;
use super::super::outcome::Outcome;
use super::busy::Busy;
use super::queue::{Hold, Queue};
use super::record::Record;
use super::retry::Retry;
use super::settings::{Reading, Settings};

/// The records of a topic that have been read and not yet settled.
#[derive(Debug)]
pub(super) struct Partitions {
    settings: Settings,
    queues: BTreeMap<u32, Queue>,
    retries: Vec<Retry>,
    busy: Busy,
    rng: fastrand::Rng,
}

impl Partitions {
    pub(super) fn new(settings: Settings) -> Self {
        let rng = fastrand::Rng::with_seed(settings.seed);
        Self { settings, queues: BTreeMap::new(), retries: Vec::new(), busy: Busy::new(), rng }
    }

    /// Makes sure that there are so many partitions. The first of them all have one poller, which has one batch at once; more
    /// have all of them dealt anew.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html>
    pub(super) fn grow(&mut self, count: u32) {
        let before = self.queues.len();
        for partition in 0..count {
            self.queues.entry(partition).or_default();
        }
        if before > 0 && self.queues.len() > before {
            self.deal();
        }
    }

    /// How many records of a partition no batch has taken yet.
    pub(super) fn waiting(&self, partition: u32) -> usize {
        self.queues.get(&partition).map_or(0, Queue::waiting)
    }

    /// Appends a record; the caller pushes those of a partition in the order of their offsets.
    pub(super) fn push(&mut self, record: Record) {
        self.queues.entry(record.partition).or_default().push(record);
    }

    /// The next batch to invoke the function with, unless nothing may run now.
    pub(super) fn take(&mut self) -> Option<Batch<Record>> {
        let retries: Vec<_> = (0..self.retries.len()).filter(|&index| self.may_go(&self.retries[index])).collect();
        let idle = self.queues.values().filter(|queue| queue.is_idle() && self.busy.has_place(queue.poller));
        let pollers: Vec<_> = idle.map(|queue| queue.poller).collect::<BTreeSet<_>>().into_iter().collect();
        let choices = retries.len() + pollers.len();
        let choice = (choices > 0).then(|| self.rng.usize(..choices))?;
        let batch = match retries.get(choice) {
            Some(&retry) => self.retries.swap_remove(retry).batch,
            None => self.fresh(pollers[choice - retries.len()]),
        };
        self.hold(&batch, Hold::InFlight);
        self.busy.begin(self.poller_of(&batch));
        Some(batch)
    }

    /// Gives back a batch with its outcome.
    pub(super) fn settle(&mut self, batch: Batch<Record>, outcome: &Outcome) -> Settled<Record> {
        self.busy.end(self.poller_of(&batch));
        let partitions: BTreeSet<_> = batch.unsettled().map(|record| record.partition).collect();
        self.hold(&batch, Hold::Free);
        let (settled, next) = batch.settle(outcome, self.settings.retries());
        for record in &settled.done {
            self.queues.entry(record.partition).or_default().done(record.clone());
        }
        if let Some(batch) = next {
            let overtakes = self.settings.reading() == Some(Reading::ItemsLater);
            let holds = !(overtakes && matches!(outcome, Outcome::Partial { .. }));
            if holds {
                self.hold(&batch, Hold::Retry);
            }
            self.retries.push(Retry { batch, holds });
        }
        partitions.into_iter().for_each(|partition| self.commit(partition));
        if self.rng.u8(..100) < self.settings.deal_percent {
            self.deal();
        }
        settled
    }

    /// Takes out the records with a timestamp below this one, those of failed batches too.
    pub(super) fn expire(&mut self, oldest: i64) -> Vec<Record> {
        self.dissolve(|batch| batch.unsettled().any(|record| (0..oldest).contains(&record.timestamp)));
        self.queues.values_mut().flat_map(|queue| queue.expire(oldest)).collect()
    }

    /// A batch of records that are in no other: of one or several partitions of a poller.
    fn fresh(&mut self, poller: usize) -> Batch<Record> {
        let idle = self.queues.iter().filter(|(_, queue)| queue.is_idle() && queue.poller == poller);
        let mut partitions: Vec<_> = idle.map(|(partition, _)| *partition).collect();
        self.rng.shuffle(&mut partitions);
        if self.rng.bool() {
            partitions.truncate(self.rng.usize(1..=partitions.len().max(1)));
        }
        let (mut records, mut bytes) = (Vec::new(), 0);
        while let Some(partition) = partitions.pop() {
            let left = self.settings.batch_size - records.len();
            let most = if partitions.is_empty() { left } else { self.rng.usize(..=left) };
            self.draw(partition, most, &mut records, &mut bytes);
        }
        Batch::fresh(records)
    }

    /// Moves records from the head of a partition while they fit. A record that is too large on its own still goes alone: it
    /// is for the function to fail on it.
    fn draw(&mut self, partition: u32, most: usize, records: &mut Vec<Record>, bytes: &mut usize) {
        let Some(queue) = self.queues.get_mut(&partition) else { return };
        let end = records.len() + most;
        while let Some(record) = queue.first().filter(|_| records.len() < end) {
            *bytes += record.event_bytes();
            if *bytes > PAYLOAD_LIMIT && !records.is_empty() {
                return;
            }
            records.extend(queue.take());
        }
    }

    /// Deals the partitions to the pollers anew, but for those with a batch in flight. Each begins at the offset that is
    /// committed of it.
    fn deal(&mut self) {
        self.dissolve(|_| true);
        let most = self.settings.pollers.min(self.queues.len()).max(1);
        let pollers = self.rng.usize(1..=most);
        self.busy.deal(&mut self.rng);
        for queue in self.queues.values_mut().filter(|queue| queue.hold != Hold::InFlight) {
            queue.poller = self.rng.usize(..pollers);
            queue.resume();
        }
    }

    /// Forgets batches that failed: their records go back.
    fn dissolve(&mut self, is_meant: impl Fn(&Batch<Record>) -> bool) {
        let retries = std::mem::take(&mut self.retries).into_iter();
        let (dissolved, kept): (Vec<_>, Vec<_>) = retries.partition(|retry| is_meant(&retry.batch));
        self.retries = kept;
        let mut records = BTreeMap::<_, Vec<_>>::new();
        for retry in dissolved {
            if retry.holds {
                self.hold(&retry.batch, Hold::Free);
            }
            retry.batch.into_unsettled().for_each(|record| records.entry(record.partition).or_default().push(record));
        }
        for (partition, records) in records {
            self.queues.entry(partition).or_default().put_back(records);
        }
    }

    /// Commits what is done of a partition, up to its first record that is not; or the commit is lost.
    fn commit(&mut self, partition: u32) {
        if self.rng.u8(..100) < self.settings.redelivery_percent {
            return;
        }
        let unsettled = self.retries.iter().flat_map(|retry| retry.batch.unsettled());
        let offsets = unsettled.filter(|record| record.partition == partition).map(|record| record.offset);
        let first = offsets.min();
        self.queues.entry(partition).or_default().commit(first);
    }

    fn poller_of(&self, batch: &Batch<Record>) -> usize {
        let queue = batch.records.first().and_then(|record| self.queues.get(&record.partition));
        queue.map_or(0, |queue| queue.poller)
    }

    /// Whether no other batch keeps this one from going.
    fn may_go(&self, Retry { batch, holds }: &Retry) -> bool {
        let hold = |record: &Record| self.queues.get(&record.partition).map(|queue| queue.hold);
        let is_free = *holds || batch.unsettled().all(|record| hold(record) == Some(Hold::Free));
        is_free && self.busy.has_place(self.poller_of(batch))
    }

    fn hold(&mut self, batch: &Batch<Record>, hold: Hold) {
        for record in batch.unsettled() {
            self.queues.entry(record.partition).or_default().hold = hold;
        }
    }
}

#[cfg(test)]
mod tests;
