//! The shards of the streams in a history: which hash keys they hold, and which came from which.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use kinetrace::HashKey;
use kinetrace::history::Shard;

use super::names::{Name, Names};
use super::position::Position;

/// The shards that the history describes.
#[derive(Debug, Clone, Default)]
pub(super) struct Shards {
    streams: HashMap<Name, HashMap<Name, Described>>,
}

#[derive(Debug, Clone)]
struct Described {
    first: HashKey,
    last: HashKey,
    parents: Vec<Name>,
}

impl Shards {
    pub(super) fn insert(&mut self, shard: &Shard, names: &mut Names) {
        let described = Described {
            first: shard.first_hash_key,
            last: shard.last_hash_key,
            parents: shard.parents.iter().map(|parent| names.name(parent)).collect(),
        };
        self.streams.entry(names.name(&shard.stream)).or_default().insert(names.name(&shard.shard), described);
    }

    /// Whether the history says nothing of any shards.
    pub(super) fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }

    /// Whether the history says anything of the stream's shards.
    pub(super) fn describe(&self, stream: Name) -> bool {
        self.streams.contains_key(&stream)
    }

    /// Whether the key belongs to the shard; after a split or a merge it belongs to several. `None` for a shard that
    /// is not described.
    pub(super) fn holds(&self, stream: Name, shard: Name, key: HashKey) -> Option<bool> {
        let (first, last) = self.range(stream, shard)?;
        Some((first..=last).contains(&key))
    }

    /// The first and the last hash key of the shard. `None` for a shard that is not described.
    pub(super) fn range(&self, stream: Name, shard: Name) -> Option<(HashKey, HashKey)> {
        self.get(stream, shard).map(|shard| (shard.first, shard.last))
    }

    /// Which of two places comes first in the stream; `None` if they are in shards of which neither led to the other.
    /// Within an aggregate, a place that is not known comes neither before nor after another.
    pub(super) fn compare(&self, stream: Name, a: Position, b: Position) -> Option<Ordering> {
        if a.shard == b.shard {
            let within = a.within().zip(b.within()).map_or(Ordering::Equal, |(a, b)| a.cmp(&b));
            Some(a.number.cmp(&b.number).then(within))
        } else if self.led_to(stream, a.shard, b.shard) {
            Some(Ordering::Less)
        } else if self.led_to(stream, b.shard, a.shard) {
            Some(Ordering::Greater)
        } else {
            None
        }
    }

    fn led_to(&self, stream: Name, ancestor: Name, shard: Name) -> bool {
        let mut seen = HashSet::new();
        let mut next = self.parents(stream, shard).to_vec();
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

    fn parents(&self, stream: Name, shard: Name) -> &[Name] {
        self.get(stream, shard).map(|shard| &*shard.parents).unwrap_or_default()
    }

    fn get(&self, stream: Name, shard: Name) -> Option<&Described> {
        self.streams.get(&stream)?.get(&shard)
    }
}
