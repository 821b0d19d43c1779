//! What is known of the records that are in the streams, for lines about what happens to them.

use std::collections::HashMap;
use std::sync::Arc;

use kinetrace::SequenceNumber;

use super::part::Part;
use super::recent::hash;

/// So many records are known at least; twice as many at most. More than wait for a mapping where the input is held back.
const GENERATION: usize = 15_000;

/// The parts of the latest records, by stream, shard and number.
#[derive(Debug, Default)]
pub(in crate::local) struct Known {
    young: HashMap<u64, Arc<[Part]>>,
    old: HashMap<u64, Arc<[Part]>>,
}

impl Known {
    /// Whether the record is known.
    pub(in crate::local) fn has(&self, stream: &str, shard: &str, number: &SequenceNumber) -> bool {
        let id = hash(&(stream, shard, number));
        self.young.contains_key(&id) || self.old.contains_key(&id)
    }

    /// A record that was put, or read.
    pub(in crate::local) fn add(&mut self, stream: &str, shard: &str, number: &SequenceNumber, parts: Arc<[Part]>) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(hash(&(stream, shard, number)), parts);
    }

    /// What is known of a record.
    pub(in crate::local) fn get(&self, stream: &str, shard: &str, number: &SequenceNumber) -> Option<Arc<[Part]>> {
        let id = hash(&(stream, shard, number));
        self.young.get(&id).or_else(|| self.old.get(&id)).cloned()
    }
}
