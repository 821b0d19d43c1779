//! Which records of a batch were done before it came again. No I/O, no clock.
//!
//! A mapping over Kafka sends all of a batch again if the invocation fails. Of a partition whose tenth record fails, the nine
//! before it would be processed with every attempt. So a consumer keeps in memory what is done of a batch that is not done as
//! a whole. A new execution environment knows nothing of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;

use crate::origin::Origin;
use crate::record::Record;

/// An event has 6 MB (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>), and 4.5 MB of records without
/// base64: so much is done of three batches or more.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// What a record takes in addition to its key and value, about.
const RECORD_BYTES: usize = 128;

/// What is done of the batches that are not.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    partitions: HashMap<Partition, Offsets>,
    /// The sum over all partitions.
    bytes: usize,
    batches: u64,
}

/// A partition of a topic of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Partition {
    cluster_arn: Option<Arc<str>>,
    topic: Arc<str>,
    number: Arc<str>,
}

#[derive(Debug, Default)]
struct Offsets {
    done: HashMap<i64, Content>,
    /// The last batch that added to them.
    batch: u64,
}

/// By which a record is known: a topic that was made anew has other records under the same offsets. It is the record's own memory,
/// and no checksum, which would take time from the margin before the deadline.
#[derive(Debug, PartialEq, Eq)]
struct Content {
    key: Option<Bytes>,
    payload: Bytes,
    is_tombstone: bool,
    timestamp: Option<SystemTime>,
}

/// A partition's part of a batch.
#[derive(Debug)]
pub(crate) struct Part {
    partition: Partition,
    /// The first offset of it that the batch has.
    first: i64,
}

/// The parts of a batch, by the places of their partitions in the event.
pub(crate) type Parts = BTreeMap<usize, Part>;

/// A record of the batch, in the partition of this place.
pub(crate) fn add_to(parts: &mut Parts, place: usize, record: &Record) {
    let Some(offset) = offset(record) else { return };
    let part = parts.entry(place).or_insert_with(|| Part { partition: Partition::of(record), first: offset });
    part.first = part.first.min(offset);
}

impl Partition {
    fn of(record: &Record) -> Self {
        let cluster_arn = record.origin.as_ref().and_then(|origin| origin.source_arn().cloned());
        Self { cluster_arn, topic: Arc::clone(&record.stream), number: Arc::clone(&record.shard_id) }
    }
}

impl Repeats {
    /// Whether this very record was done before.
    pub(crate) fn has(&self, record: &Record) -> bool {
        if self.partitions.is_empty() {
            return false;
        }
        let known = self.partitions.get(&Partition::of(record));
        let known = known.zip(offset(record)).and_then(|(known, offset)| known.done.get(&offset));
        known.is_some_and(|known| known.is_of(record))
    }

    /// A batch has ended, with these records done. The partitions of some places come again.
    pub(crate) fn settle(&mut self, parts: Parts, comes_again: impl Fn(usize) -> bool, done: Vec<Record>) {
        self.batches += 1;
        for (place, Part { partition, first }) in parts {
            if comes_again(place) {
                let offsets = self.partitions.entry(partition).or_default();
                offsets.done.retain(|offset, _| *offset >= first);
                offsets.batch = self.batches;
            } else {
                self.partitions.remove(&partition);
            }
        }
        for record in done {
            if let (Some(known), Some(offset)) = (self.partitions.get_mut(&Partition::of(&record)), offset(&record)) {
                known.done.insert(offset, Content::of(record));
            }
        }
        self.partitions.retain(|_, offsets| !offsets.done.is_empty());
        self.bytes = self.partitions.values().map(Offsets::bytes).sum();
        self.forget();
    }

    fn forget(&mut self) {
        while self.bytes > MAX_BYTES {
            let oldest = self.partitions.iter().min_by_key(|(_, offsets)| offsets.batch);
            let Some(oldest) = oldest.map(|(partition, _)| partition.clone()) else { return };
            let forgotten = self.partitions.remove(&oldest);
            self.bytes -= forgotten.map_or(0, |offsets| offsets.bytes());
        }
    }
}

impl Offsets {
    fn bytes(&self) -> usize {
        self.done.values().map(Content::bytes).sum()
    }
}

impl Content {
    fn of(record: Record) -> Self {
        let Record { key, payload, is_tombstone, arrival: timestamp, .. } = record;
        Self { key, payload, is_tombstone, timestamp }
    }

    fn is_of(&self, record: &Record) -> bool {
        let Self { key, payload, is_tombstone, timestamp } = self;
        (key, payload, is_tombstone, timestamp) == (&record.key, &record.payload, &record.is_tombstone, &record.arrival)
    }

    fn bytes(&self) -> usize {
        RECORD_BYTES + self.key.as_ref().map_or(0, Bytes::len) + self.payload.len()
    }
}

fn offset(record: &Record) -> Option<i64> {
    match &record.origin {
        Some(Origin::Kafka(origin)) => Some(origin.offset),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
