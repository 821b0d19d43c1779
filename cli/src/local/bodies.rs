//! What the streams have of the latest records, until there is a line about each.

use std::collections::HashMap;

use bytes::Bytes;
use kinetrace::SequenceNumber;

/// So many bytes are kept at least, twice as many at most, and one record more.
const GENERATION: usize = 6 * 1024 * 1024;

type Place = (String, SequenceNumber);

/// The data of the latest records, by shard and number. Numbers of two streams may be equal, but not in shards of one name and
/// within one moment.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    young: HashMap<Place, Bytes>,
    old: HashMap<Place, Bytes>,
    /// Of the young ones.
    bytes: usize,
}

impl Bodies {
    pub(super) fn add(&mut self, shard: &str, number: &SequenceNumber, data: Bytes) {
        if self.bytes >= GENERATION {
            (self.old, self.bytes) = (std::mem::take(&mut self.young), 0);
        }
        self.bytes += data.len() + 256;
        self.young.insert((shard.to_owned(), number.clone()), data);
    }

    pub(super) fn get(&self, shard: &str, number: &SequenceNumber) -> Option<Bytes> {
        let place = (shard.to_owned(), number.clone());
        self.young.get(&place).or_else(|| self.old.get(&place)).cloned()
    }
}
