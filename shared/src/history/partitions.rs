//! The partitions of a topic.

use serde::{Deserialize, Serialize};

/// How many partitions a topic has, and how its producers choose one for a key. A topic that grew has a line for each number of
/// partitions that it had while records were written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Partitions {
    /// The topic's name.
    pub stream: String,
    /// How many there are: they are numbered from 0.
    pub count: u32,
    /// How a key is given one.
    pub partitioner: Partitioner,
}

impl Partitions {
    /// So many partitions of a topic.
    pub fn new(topic: impl Into<String>, count: u32, partitioner: Partitioner) -> Self {
        Self { stream: topic.into(), count, partitioner }
    }
}

/// How the clients that write to a topic choose a partition for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Partitioner {
    /// The default of Java's client: the key's murmur2 hash, without its sign, modulo the number of partitions. librdkafka has
    /// it as `murmur2_random`.
    Murmur2,
}
