//! A record on its way into a stream.

use crate::kinesis::hash_key::HashKey;

/// What a put needs: the group, the payload, and, rarely, a place of its own in the hash space.
///
/// ```
/// use kinetrace::Record;
///
/// let record = Record::new("N14228", r#"{"tailnum":"N14228"}"#);
/// assert_eq!(record.partition_key, "N14228");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The business group. Kinesis keeps the records of one key on one shard, in order; at most 256 characters.
    pub partition_key: String,
    /// Overrides the place that the partition key hashes to.
    pub explicit_hash_key: Option<HashKey>,
    /// The payload; after injection, whatever the carrier made of it.
    pub data: Vec<u8>,
}

impl Record {
    /// A record of the group `partition_key`, placed by its key.
    pub fn new(partition_key: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self { partition_key: partition_key.into(), explicit_hash_key: None, data: data.into() }
    }

    /// The bytes that count against the stream's record limit: data and partition key
    /// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html>).
    pub fn size(&self) -> usize {
        self.data.len() + self.partition_key.len()
    }
}
