//! Records of a key that are being settled: every property is checked on them, once.

use super::functions::Functions;
use super::names::{KeyId, Name, Names};
use super::record::Record;
use super::settled::Settled;
use super::shards::Shards;
use super::topics::Topics;

/// What the checks are given.
pub(super) struct Settling<'s> {
    pub(super) key: KeyId,
    pub(super) stream: Name,
    /// By producer and count.
    pub(super) records: Vec<Record<'s>>,
    /// What was settled before.
    pub(super) settled: &'s mut Settled,
    pub(super) names: &'s Names,
    pub(super) shards: &'s Shards,
    pub(super) topics: &'s Topics,
    pub(super) functions: &'s Functions,
    /// Microseconds.
    pub(super) tolerance: u64,
}

impl<'s> Settling<'s> {
    /// The records that no later one was settled before.
    pub(super) fn in_turn(&self) -> impl Iterator<Item = &Record<'s>> {
        self.records.iter().filter(|record| !self.settled.is_past(record.put.order))
    }
}

/// What decides which records may be settled before the history ends.
#[derive(Clone, Copy)]
pub(super) struct Ripeness<'s> {
    pub(super) functions: &'s Functions,
    pub(super) shards: &'s Shards,
    pub(super) stream: Name,
    /// All that ended before this, in microseconds, is old.
    pub(super) horizon: u64,
}

/// What may be done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing is expected of it any more.
    Ripe,
    /// Nothing has happened to it, so a later one can pass it.
    Passable,
    /// Something is to come.
    Young,
}

impl Ripeness<'_> {
    /// Which of the records of a key, which come by producer and count, may be settled.
    ///
    /// Of each producer those are settled whose predecessors are, too, or came to nothing while records after them were
    /// processed. Where there are several producers, a record that is settled must have been acknowledged before any that is
    /// not was handed over; or what is left would have to be compared with what is forgotten.
    pub(super) fn choose(self, records: &[Record<'_>]) -> Vec<bool> {
        let mut chosen = Vec::with_capacity(records.len());
        for run in records.chunk_by(|a, b| a.put.order.producer == b.put.order.producer) {
            let states: Vec<_> = run.iter().map(|record| self.state(record)).collect();
            let until = states.iter().position(|state| *state == State::Young).unwrap_or(states.len());
            chosen.extend((0..).zip(&states).map(|(index, state)| index < until && *state == State::Ripe));
        }
        if records.first().map(|first| first.put.order.producer) != records.last().map(|last| last.put.order.producer) {
            loop {
                let conflicts = conflicts(records, &chosen);
                if conflicts.is_empty() {
                    break;
                }
                conflicts.into_iter().for_each(|index| withdraw(records, &mut chosen, index));
            }
        }
        chosen
    }

    fn state(self, record: &Record<'_>) -> State {
        let is_old = record.put.end < self.horizon && record.processings.iter().all(|it| it.end < self.horizon);
        let readers = self.functions.that_read(self.stream);
        let is_done =
            record.put.is_given_up || readers.iter().all(|function| record.is_done_by(*function, self.functions));
        match (is_old, is_done) {
            (true, true) if self.are_shards_described(record) => State::Ripe,
            (true, false) => State::Passable,
            _ => State::Young,
        }
    }

    /// Where the history describes shards, it is waited for that of a new one.
    fn are_shards_described(self, record: &Record<'_>) -> bool {
        let is_described = |shard| self.shards.holds(self.stream, shard, 0.into()).is_some();
        !self.shards.describe(self.stream) || record.positions().iter().all(|position| is_described(position.shard))
    }
}

/// Neither it nor what comes after it.
fn withdraw(records: &[Record<'_>], chosen: &mut [bool], index: usize) {
    let producer = |index: usize| records[index].put.order.producer;
    (index..records.len())
        .take_while(|other| producer(*other) == producer(index))
        .for_each(|index| chosen[index] = false);
}

/// Records that are to be settled though one of another producer, which is not, was handed over before they had ended.
fn conflicts(records: &[Record<'_>], chosen: &[bool]) -> Vec<usize> {
    let left = || records.iter().zip(chosen).filter(|(_, chosen)| !**chosen).map(|(record, _)| record.put);
    let Some(first) = left().min_by_key(|put| put.start) else { return Vec::new() };
    let other = left().filter(|put| put.order.producer != first.order.producer).min_by_key(|put| put.start);
    let is_conflict = |index: &usize| {
        let put = records[*index].put;
        let earliest = if put.order.producer == first.order.producer { other } else { Some(first) };
        chosen[*index] && earliest.is_some_and(|left| left.start <= put.end)
    };
    (0..records.len()).filter(is_conflict).collect()
}
