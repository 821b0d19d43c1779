//! The shards of the streams in a history: which hash keys they hold, and which came from which.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use kinetrace::hash_key::HashKey;
use kinetrace::history::Shard;

use super::record::Position;

/// The shards that the history describes.
#[derive(Debug, Default)]
pub(super) struct Shards<'h> {
    streams: HashMap<&'h str, HashMap<&'h str, &'h Shard>>,
}

impl<'h> Shards<'h> {
    pub(super) fn insert(&mut self, shard: &'h Shard) {
        self.streams.entry(&shard.stream).or_default().insert(&shard.shard, shard);
    }

    /// Whether the history says nothing of any shards.
    pub(super) fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }

    /// Whether the history says anything of the stream's shards.
    pub(super) fn describe(&self, stream: &str) -> bool {
        self.streams.contains_key(stream)
    }

    /// Whether the key belongs to the shard; after a split or a merge it belongs to several. `None` for a shard that
    /// is not described.
    pub(super) fn holds(&self, stream: &str, shard: &str, key: HashKey) -> Option<bool> {
        let (first, last) = self.range(stream, shard)?;
        Some((first..=last).contains(&key))
    }

    /// The first and the last hash key of the shard. `None` for a shard that is not described.
    pub(super) fn range(&self, stream: &str, shard: &str) -> Option<(HashKey, HashKey)> {
        self.get(stream, shard).map(|shard| (shard.first_hash_key, shard.last_hash_key))
    }

    /// Which of two places comes first in the stream; `None` if they are in shards of which neither led to the other.
    /// Within an aggregate, a place that is not known comes neither before nor after another.
    pub(super) fn compare(&self, stream: &str, a: Position<'_>, b: Position<'_>) -> Option<Ordering> {
        if a.shard == b.shard {
            let within = a.sub_sequence_number.zip(b.sub_sequence_number).map_or(Ordering::Equal, |(a, b)| a.cmp(&b));
            Some(a.sequence_number.cmp(b.sequence_number).then(within))
        } else if self.led_to(stream, a.shard, b.shard) {
            Some(Ordering::Less)
        } else if self.led_to(stream, b.shard, a.shard) {
            Some(Ordering::Greater)
        } else {
            None
        }
    }

    fn led_to(&self, stream: &str, ancestor: &str, shard: &str) -> bool {
        let mut seen = HashSet::new();
        let mut next: Vec<&str> = self.parents(stream, shard).collect();
        while let Some(shard) = next.pop() {
            if shard == ancestor {
                return true;
            }
            if seen.insert(shard) {
                next.extend(self.parents(stream, shard));
            }
        }
        false
    }

    fn parents(&self, stream: &str, shard: &str) -> impl Iterator<Item = &'h str> {
        self.get(stream, shard).into_iter().flat_map(|shard| &shard.parents).map(String::as_str)
    }

    fn get(&self, stream: &str, shard: &str) -> Option<&'h Shard> {
        self.streams.get(stream)?.get(shard).copied()
    }
}
