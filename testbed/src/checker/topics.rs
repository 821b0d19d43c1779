//! The topics in a history: how many partitions they had, and so where a key belongs.

use std::collections::{BTreeSet, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kinetrace::history::{Partitioner, Partitions};

use super::murmur2;
use super::names::{Name, Names};

/// The topics that the history describes.
#[derive(Debug, Clone, Default)]
pub(super) struct Topics(HashMap<Name, BTreeSet<u32>>);

impl Topics {
    pub(super) fn insert(&mut self, partitions: &Partitions, names: &mut Names) {
        // Only of this partitioner is known what it does.
        if partitions.partitioner == Partitioner::Murmur2 {
            self.0.entry(names.name(&partitions.stream)).or_default().insert(partitions.count);
        }
    }

    /// Whether the history says nothing of any topics.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a key of the topic may be in several partitions.
    pub(super) fn has_grown(&self, topic: Name) -> bool {
        self.0.get(&topic).is_some_and(|counts| counts.len() > 1)
    }

    /// The partitions that a key belongs to, as their names: one for each number of partitions that the topic had. `None` if
    /// the history does not describe the topic.
    pub(super) fn homes(&self, topic: Name, key: &str) -> Option<BTreeSet<String>> {
        let key = key_bytes(key);
        let homes = self.0.get(&topic)?.iter().filter_map(|count| murmur2::partition(&key, *count));
        Some(homes.map(|partition| partition.to_string()).collect())
    }
}

/// The bytes of a key, whose text in a history is `base64:` and base64 where it is not UTF-8.
fn key_bytes(text: &str) -> Vec<u8> {
    let decoded = text.strip_prefix("base64:").and_then(|base64| STANDARD.decode(base64).ok());
    decoded.unwrap_or_else(|| text.as_bytes().to_vec())
}
