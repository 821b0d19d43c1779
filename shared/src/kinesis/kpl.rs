//! The Kinesis Producer Library's aggregated record: many user records in the data of one Kinesis record
//! (<https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md>).

mod aggregate;
mod writer;

use std::sync::Arc;

use bytes::Bytes;
use md5::{Digest, Md5};
use prost::Message;

use crate::kinesis::hash_key::HashKey;
pub(crate) use aggregate::{Aggregate, is_aggregate};
pub(crate) use writer::Writer;

/// The first bytes of an aggregated record.
pub(crate) const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];

const DIGEST_BYTES: usize = 16;

/// A record inside an aggregated record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserRecord {
    /// Shared by all records that have it: it may be a hundred times as long as what refers to it.
    pub(crate) partition_key: Arc<str>,
    /// One that is not a number cannot place a record, and is absent.
    pub(crate) explicit_hash_key: Option<HashKey>,
    pub(crate) data: Bytes,
    /// Names and values that travel next to the data. The KPL itself writes none, and its readers ignore them.
    pub(crate) tags: Vec<(String, String)>,
}

/// The message between the magic bytes and the digest, as it is written. It is read by [`Aggregate`], record by record.
#[derive(Clone, PartialEq, Message)]
struct AggregatedRecord {
    #[prost(string, repeated, tag = "1")]
    partition_key_table: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    explicit_hash_key_table: Vec<String>,
    #[prost(message, repeated, tag = "3")]
    records: Vec<Record>,
}

/// A required field is an option here, so that its absence can be seen.
#[derive(Clone, PartialEq, Message)]
struct Record {
    #[prost(uint64, optional, tag = "1")]
    partition_key_index: Option<u64>,
    #[prost(uint64, optional, tag = "2")]
    explicit_hash_key_index: Option<u64>,
    #[prost(bytes = "bytes", optional, tag = "3")]
    data: Option<Bytes>,
    #[prost(message, repeated, tag = "4")]
    tags: Vec<Tag>,
}

#[derive(Clone, PartialEq, Message)]
struct Tag {
    #[prost(string, optional, tag = "1")]
    key: Option<String>,
    #[prost(string, optional, tag = "2")]
    value: Option<String>,
}

/// Packs records in this order.
pub(crate) fn aggregate(records: impl IntoIterator<Item = UserRecord>) -> Vec<u8> {
    let mut message = AggregatedRecord::default();
    for UserRecord { partition_key, explicit_hash_key, data, tags } in records {
        let partition_key_index = index_of(&mut message.partition_key_table, &partition_key);
        let explicit_hash_key_index =
            explicit_hash_key.map(|key| index_of(&mut message.explicit_hash_key_table, &key.to_string()));
        let tag = |(key, value)| Tag { key: Some(key), value: Some(value) };
        let tags = tags.into_iter().map(tag).collect();
        let data = Some(data);
        let record = Record { partition_key_index: Some(partition_key_index), explicit_hash_key_index, data, tags };
        message.records.push(record);
    }
    let message = message.encode_to_vec();
    [&MAGIC, message.as_slice(), &Md5::digest(&message)].concat()
}

/// Each text stands in its table once.
fn index_of(table: &mut Vec<String>, text: &str) -> u64 {
    let index = table.iter().position(|known| known == text).unwrap_or_else(|| {
        table.push(text.to_owned());
        table.len() - 1
    });
    index as u64
}

#[cfg(test)]
mod tests;
