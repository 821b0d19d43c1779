//! A shard of a stream.

use serde::{Deserialize, Serialize};

use crate::kinesis::hash_key::HashKey;

/// A shard and the part of the hash space it holds, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Shard {
    /// The stream's name.
    pub stream: String,
    /// `shardId-000000000000`, …
    pub shard: String,
    /// The first hash key of the shard.
    pub first_hash_key: HashKey,
    /// The last hash key of the shard.
    pub last_hash_key: HashKey,
    /// The shards this one took over from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<String>,
}

impl Shard {
    /// A shard that took over from none.
    pub fn new(
        stream: impl Into<String>,
        shard: impl Into<String>,
        first_hash_key: impl Into<HashKey>,
        last_hash_key: impl Into<HashKey>,
    ) -> Self {
        let (first_hash_key, last_hash_key) = (first_hash_key.into(), last_hash_key.into());
        Self { stream: stream.into(), shard: shard.into(), first_hash_key, last_hash_key, parents: Vec::new() }
    }
}
