//! Which produced record a processing is about.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

use kinetrace::Order;

use super::names::{KeyId, Name, Names};
use super::position::Position;
use super::processing::Processing;
use super::put::Put;

/// Finds records by their place in the stream, and failing that by the producer's count.
#[derive(Debug)]
pub(super) struct Matching<'h> {
    names: &'h Names,
    /// By key, producer and count.
    puts: &'h [Put],
    /// Hashes of stream and place with the index of the put, ascending. Two hashes that are equal by chance do no harm:
    /// what is found is compared. A record of an aggregate is there under the place of the whole: either end may know of
    /// no aggregate, as a producer does not of one that a carrier made of a single record.
    by_position: Vec<(u64, u32)>,
    /// How many processings each put was found for.
    found: Vec<u32>,
}

/// What a count means: a producer counts each of its keys from 0, under one id.
pub(super) fn count_of(put: &Put) -> (KeyId, kinetrace::ProducerId, u64) {
    (put.key, put.order.producer, put.order.sequence)
}

impl<'h> Matching<'h> {
    pub(super) fn new(puts: &'h [Put], names: &'h Names) -> Self {
        let hashed = |(index, put): (u32, &Put)| Some((hash(names.stream_of(put.key), put.told?), index));
        let mut by_position: Vec<_> = (0..).zip(puts).filter_map(hashed).collect();
        by_position.sort_unstable();
        Self { names, puts, by_position, found: vec![0; puts.len()] }
    }

    /// The index of the record that was processed.
    pub(super) fn find(&mut self, process: &Processing) -> Option<u32> {
        let mut left = self.candidates(process)?;
        if left.len() > 1 {
            for clue in CLUES {
                let agreeing: Vec<_> =
                    left.iter().copied().filter(|&index| clue(process, self.put(index), self.names)).collect();
                if !agreeing.is_empty() {
                    left = agreeing;
                }
            }
        }
        // Whatever cannot be told apart is taken in turn, or the second of two equal records would seem lost.
        let index = left.into_iter().min_by_key(|&index| self.found[index as usize])?;
        self.found[index as usize] += 1;
        Some(index)
    }

    /// Within an aggregate, a record's count says more than its place: records may have been packed in another order than
    /// their producer believes. Otherwise it says less: who forwards a record leaves it as it was.
    fn candidates(&self, process: &Processing) -> Option<Vec<u32>> {
        let found = process.found;
        let counted = process.order.zip(process.key(self.names)).map(|(order, key)| self.counted(key, order));
        let counted = counted.unwrap_or_default();
        let told = |index: &u32| self.put(*index).told;
        let is_in_aggregate = |index: &u32| told(index).is_some_and(|told| told.whole() == found.whole());
        let in_aggregate: Vec<_> = counted.iter().copied().filter(is_in_aggregate).collect();
        if !in_aggregate.is_empty() {
            return Some(in_aggregate);
        }
        let there = self.put_at(process.stream, found);
        [there, counted].into_iter().find(|candidates| !candidates.is_empty())
    }

    fn counted(&self, key: KeyId, order: Order) -> Vec<u32> {
        let count = (key, order.producer, order.sequence);
        let from = self.puts.partition_point(|put| count_of(put) < count);
        let matching = self.puts[from..].iter().take_while(|put| count_of(put) == count).count();
        (from..from + matching).filter_map(|index| u32::try_from(index).ok()).collect()
    }

    fn put_at(&self, stream: Name, found: Position) -> Vec<u32> {
        let hash = hash(stream, found);
        let from = self.by_position.partition_point(|(other, _)| *other < hash);
        let hashed = self.by_position[from..].iter().take_while(|(other, _)| *other == hash).map(|(_, index)| *index);
        let is_there =
            |put: &Put| self.names.stream_of(put.key) == stream && put.told.is_some_and(|told| told.may_be(found));
        let there: Vec<_> = hashed.filter(|&index| is_there(self.put(index))).collect();
        let exactly: Vec<_> = there.iter().copied().filter(|&index| self.put(index).told == Some(found)).collect();
        if exactly.is_empty() || found.within().is_none() { there } else { exactly }
    }

    fn put(&self, index: u32) -> &'h Put {
        &self.puts[index as usize]
    }
}

fn hash(stream: Name, position: Position) -> u64 {
    let mut hasher = DefaultHasher::new();
    (stream, position.whole()).hash(&mut hasher);
    hasher.finish()
}

type Clue = fn(&Processing, &Put, &Names) -> bool;

/// What tells records apart that share a place or a count, most telling first.
const CLUES: [Clue; 4] = [
    |process, put, _| process.order == Some(put.order),
    |process, put, names| process.group.as_deref() == Some(names.group_of(put.key)),
    |process, put, _| process.context.is_some() && process.context == put.context,
    |process, put, _| process.payload_crc32 == put.payload_crc32,
];
