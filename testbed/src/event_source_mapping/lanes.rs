//! ParallelizationFactor: the lanes a shard's records wait in, and which of them go next.
//!
//! Lambda divides a shard by partition key, as
//! <https://aws.amazon.com/blogs/compute/using-aws-lambda-as-a-consumer-for-amazon-kinesis/> says, but nothing says
//! which keys run together. So this is an adversary: with a factor of 1 there is one lane and strict shard order; above
//! it every key is a lane of its own, any lanes may run at once, and a seeded choice decides which goes next. With a tumbling
//! window there is one lane whatever the factor: the state is the shard's, and goes from one invocation to the next. A state
//! machine without I/O, whose clock is given.

use std::collections::HashSet;

use super::batch::{Batch, Expired, Settled};
use super::cause::Cause;
use super::outcome::Outcome;
use super::record::Record;
use super::settings::Settings;
use super::tumbling::WindowMembers;

mod claims;
mod supply;
mod waiting;

use claims::Claims;
use supply::Supply;

/// The records of one shard that have been read and not yet settled.
#[derive(Debug)]
pub(super) struct Lanes {
    settings: Settings,
    supply: Supply,
    /// Failed batches. They hold their lanes, and go again as they are.
    retries: Vec<Batch>,
    /// Batches that are to go once more, and wait for their lanes.
    claims: Claims,
    /// Records that were too old to go.
    expired: Vec<Expired>,
    in_flight: usize,
    rng: fastrand::Rng,
}

impl Lanes {
    pub(super) fn new(settings: Settings, seed: u64) -> Self {
        Self {
            supply: Supply::new(&settings),
            settings,
            retries: Vec::new(),
            claims: Claims::default(),
            expired: Vec::new(),
            in_flight: 0,
            rng: fastrand::Rng::with_seed(seed),
        }
    }

    /// Takes down what time it is, in milliseconds since the Unix epoch.
    pub(super) fn tick(&mut self, now: i64) {
        self.supply.tick(now);
    }

    /// Takes down that a read found nothing more for now.
    pub(super) fn caught_up(&mut self) {
        self.supply.caught_up();
    }

    /// Takes down that there will be no further records.
    pub(super) fn end(&mut self) {
        self.supply.end();
    }

    /// Records that no batch has taken yet.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.supply.waiting.records()
    }

    /// Whether further records may be read: neither as many wait as may, nor as much data.
    pub(super) fn has_room(&self) -> bool {
        let Self { settings, supply, .. } = self;
        supply.waiting.records() < settings.read_ahead() && supply.waiting.bytes() < settings.read_ahead_bytes()
    }

    /// Whether every record pushed has been settled, and no window is open.
    pub(super) fn is_empty(&self) -> bool {
        self.supply.is_empty()
    }

    /// Appends a record; the caller pushes in stream order.
    pub(super) fn push(&mut self, record: Record) {
        self.supply.push(record);
    }

    /// The next batch to invoke the function with, unless nothing may run now. Records that are too old are left out, and
    /// are to be asked for with [`Lanes::expired`].
    pub(super) fn take(&mut self) -> Option<Batch> {
        while self.in_flight < self.settings.batches_at_once() {
            let chosen = self.choose()?;
            let Some(batch) = self.without_expired(chosen) else { continue };
            self.supply.open_window(&batch.records, &mut self.rng);
            self.in_flight += 1;
            return Some(batch);
        }
        None
    }

    /// A failed batch, records that were not tried before, or the end of a window.
    fn choose(&mut self) -> Option<Batch> {
        if self.retries.is_empty() && self.supply.is_window_over() {
            return Some(Batch::of_window());
        }
        let choices = self.retries.len() + self.supply.choices(!self.retries.is_empty());
        if choices == 0 {
            return None;
        }
        let choice = self.rng.usize(..choices);
        if choice < self.retries.len() {
            return Some(self.retries.swap_remove(choice));
        }
        let places = self.settings.batches_at_once() - self.in_flight;
        Some(self.supply.draw(places, &mut self.rng))
    }

    /// A batch without the records that are older than `MaximumRecordAgeInSeconds`, if others are left. AWS discards records
    /// that are too old, <https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html>, tried or not.
    fn without_expired(&mut self, batch: Batch) -> Option<Batch> {
        let Some(age) = self.settings.maximum_record_age else { return Some(batch) };
        let oldest = self.supply.now().saturating_sub(i64::try_from(age.as_millis()).unwrap_or(i64::MAX));
        let mut batch = Some(batch);
        while let Some(whole) = batch {
            let (expired, rest) = whole.expire(|record| record.arrival_millis < oldest);
            let Some(expired) = expired else { return rest };
            self.release(expired.records.iter(), rest.as_ref());
            self.expired.push(expired);
            batch = rest;
        }
        None
    }

    /// The records that were too old to go since this was last asked for.
    pub(super) fn expired(&mut self) -> Vec<Expired> {
        std::mem::take(&mut self.expired)
    }

    /// When there may be a batch to take although nothing else happens.
    pub(super) fn due(&self) -> Option<i64> {
        self.supply.due().filter(|_| self.in_flight < self.settings.batches_at_once())
    }

    /// What an invocation with this batch has to know of its window.
    pub(super) fn window(&self, batch: &Batch) -> Option<WindowMembers> {
        self.supply.window(&batch.records)
    }

    /// Takes over the state of an answer.
    pub(super) fn keep(&mut self, state: Option<String>) {
        self.supply.keep_state(state);
    }

    /// Gives back a batch with its outcome.
    pub(super) fn settle(&mut self, mut batch: Batch, outcome: &Outcome) -> Settled {
        self.in_flight = self.in_flight.saturating_sub(1);
        if batch.records.is_empty() {
            match batch.settle_window(outcome, self.settings.retries()) {
                Some(batch) => self.retries.push(batch),
                None => self.supply.close_window(),
            }
            return Settled { done: Vec::new(), discarded: None };
        }
        let again = *outcome == Outcome::Success && self.rng.u8(..100) < self.settings.redelivery_percent;
        if again {
            let done = batch.records.clone();
            batch.cause = Cause::Redelivery;
            self.retries.push(batch);
            return Settled { done, discarded: None };
        }
        let (settled, next) = batch.settle(outcome, self.settings.retries());
        self.release(settled.records(), next.as_ref());
        self.retries.extend(next);
        settled
    }

    /// Has records that are done delivered once more. They go as soon as none of their lanes is held.
    pub(super) fn redeliver(&mut self, records: Vec<Record>) {
        let missing = self.supply.hold(&records);
        self.retries.extend(self.claims.add(Batch::again(records), missing));
    }

    /// Lets go of the lanes of settled records, except those that the rest of their batch still holds.
    fn release<'r>(&mut self, settled: impl Iterator<Item = &'r Record>, next: Option<&Batch>) {
        let supply = &mut self.supply;
        let held = next.into_iter().flat_map(Batch::unsettled).map(|record| supply.lane_of(record));
        let held: HashSet<&str> = held.collect();
        // In the order of the records: the order of a set would make the seed's choices differ from run to run.
        let mut seen = HashSet::new();
        for lane in settled.map(|record| supply.lane_of(record)).collect::<Vec<_>>() {
            if held.contains(lane) || !seen.insert(lane) {
                continue;
            }
            match self.claims.take(lane) {
                Some(ready) => self.retries.extend(ready),
                None => supply.waiting.release(lane),
            }
        }
    }
}

#[cfg(test)]
mod tests;
