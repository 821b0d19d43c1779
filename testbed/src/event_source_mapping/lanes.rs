//! ParallelizationFactor: the lanes a shard's records wait in, and which of them go next.
//!
//! Lambda divides a shard by partition key, as
//! <https://aws.amazon.com/blogs/compute/using-aws-lambda-as-a-consumer-for-amazon-kinesis/> says, but nothing says
//! which keys run together. So this is an adversary: with a factor of 1 there is one lane and strict shard order; above
//! it every key is a lane of its own, any lanes may run at once, and a seeded choice decides which goes next. A state
//! machine without clock or I/O.

use std::collections::{HashMap, HashSet, VecDeque};

use super::batch::{Batch, Settled};
use super::invoke::PAYLOAD_LIMIT;
use super::outcome::Outcome;
use super::record::Record;
use super::settings::Settings;

/// The records of one shard that have been read and not yet settled.
#[derive(Debug)]
pub(super) struct Lanes {
    settings: Settings,
    /// Waiting records by lane. A lane without waiting records is here only while it is held.
    lanes: HashMap<String, VecDeque<Record>>,
    /// Lanes with waiting records that no batch holds.
    idle: Vec<String>,
    /// Failed batches. They hold their lanes, and go again as they are.
    retries: Vec<Batch>,
    in_flight: usize,
    waiting: usize,
    rng: fastrand::Rng,
}

impl Lanes {
    pub(super) fn new(settings: Settings, seed: u64) -> Self {
        Self {
            settings,
            lanes: HashMap::new(),
            idle: Vec::new(),
            retries: Vec::new(),
            in_flight: 0,
            waiting: 0,
            rng: fastrand::Rng::with_seed(seed),
        }
    }

    /// Records that no batch has taken yet.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Whether every record pushed has been settled.
    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// Appends a record; the caller pushes in stream order.
    pub(super) fn push(&mut self, record: Record) {
        let key = lane_of(&self.settings, &record);
        match self.lanes.get_mut(key) {
            Some(lane) => lane.push_back(record),
            None => {
                let key = key.to_owned();
                self.idle.push(key.clone());
                self.lanes.insert(key, VecDeque::from([record]));
            }
        }
        self.waiting += 1;
    }

    /// The next batch to invoke the function with, unless nothing may run now.
    pub(super) fn take(&mut self) -> Option<Batch> {
        let choices = self.retries.len() + self.idle.len();
        if self.in_flight == self.settings.parallelization_factor || choices == 0 {
            return None;
        }
        let choice = self.rng.usize(..choices);
        let batch = if choice < self.retries.len() { self.retries.swap_remove(choice) } else { self.fresh() };
        self.in_flight += 1;
        Some(batch)
    }

    /// Gives back a batch with its outcome.
    pub(super) fn settle(&mut self, batch: Batch, outcome: &Outcome) -> Settled {
        self.in_flight = self.in_flight.saturating_sub(1);
        let again = *outcome == Outcome::Success && self.rng.u8(..100) < self.settings.redelivery_percent;
        if again {
            let done = batch.records.clone();
            self.retries.push(batch);
            return Settled { done, discarded: None };
        }
        let (settled, next) = batch.settle(outcome, self.settings.retries());
        self.release(&settled, next.as_ref());
        self.retries.extend(next);
        settled
    }

    /// A batch of records not tried before: of some idle lanes, so that there is work for the other free places too.
    fn fresh(&mut self) -> Batch {
        let places = self.settings.parallelization_factor - self.in_flight;
        let (mut records, mut bytes) = (Vec::new(), 0);
        for _ in 0..self.idle.len().div_ceil(places) {
            let key = self.idle.swap_remove(self.rng.usize(..self.idle.len()));
            let taken = records.len();
            self.draw(&key, &mut records, &mut bytes);
            if records.len() == taken {
                self.idle.push(key);
                break;
            }
        }
        records.sort_by(|a, b| a.sequence_number.cmp(&b.sequence_number));
        self.waiting -= records.len();
        Batch::fresh(records)
    }

    /// Moves records from the head of a lane while they fit. A record that is too large on its own still goes alone: it
    /// is for the function to fail on it.
    fn draw(&mut self, key: &str, records: &mut Vec<Record>, bytes: &mut usize) {
        let Some(lane) = self.lanes.get_mut(key) else { return };
        while let Some(record) = lane.front() {
            let size = record.event_bytes();
            let full = records.len() == self.settings.batch_size || *bytes + size > PAYLOAD_LIMIT;
            if full && !records.is_empty() {
                return;
            }
            *bytes += size;
            records.extend(lane.pop_front());
        }
    }

    /// Lets go of the lanes of settled records, except those that the rest of their batch still holds.
    fn release(&mut self, settled: &Settled, next: Option<&Batch>) {
        let held: HashSet<&str> =
            next.into_iter().flat_map(Batch::unsettled).map(|record| lane_of(&self.settings, record)).collect();
        // In the order of the records: the order of a set would make the seed's choices differ from run to run.
        let mut seen = HashSet::new();
        for key in settled.records().map(|record| lane_of(&self.settings, record)) {
            if held.contains(key) || !seen.insert(key) {
                continue;
            }
            if self.lanes.get(key).is_some_and(VecDeque::is_empty) {
                self.lanes.remove(key);
            } else {
                self.idle.push(key.to_owned());
            }
        }
    }
}

/// A record without a partition key counts as one whose key is empty.
fn lane_of<'r>(settings: &Settings, record: &'r Record) -> &'r str {
    if settings.parallelization_factor == 1 { "" } else { record.partition_key.as_deref().unwrap_or_default() }
}

#[cfg(test)]
mod tests;
