//! Where a key can be whose hash key nobody knows.

use kinetrace::HashKey;

/// The part of the hash space that all shards have in common which had a record of the key, both ends included.
#[derive(Debug, Clone, Copy)]
pub(super) struct CommonPlace {
    first: HashKey,
    last: HashKey,
}

impl Default for CommonPlace {
    fn default() -> Self {
        Self { first: 0.into(), last: u128::MAX.into() }
    }
}

impl CommonPlace {
    /// Takes in another shard; `false`, and nothing changes, if no place is left with it.
    pub(super) fn narrow(&mut self, first: HashKey, last: HashKey) -> bool {
        let (first, last) = (self.first.max(first), self.last.min(last));
        if first <= last {
            *self = Self { first, last };
        }
        first <= last
    }
}
