//! The Kinesis Producer Library's aggregated record: many user records in the data of one Kinesis record
//! (<https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md>).

use std::sync::Arc;

use bytes::Bytes;
use md5::{Digest, Md5};
use prost::Message;

use crate::hash_key::HashKey;

/// The first bytes of an aggregated record.
pub(crate) const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];

const DIGEST_BYTES: usize = 16;

/// A record inside an aggregated record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserRecord {
    /// Shared by all records that have it: it may be a hundred times as long as what refers to it.
    pub(crate) partition_key: Arc<str>,
    /// One that is no number, which nobody can place a record by, is absent.
    pub(crate) explicit_hash_key: Option<HashKey>,
    pub(crate) data: Bytes,
    /// Names and values that travel beside the data. The KPL itself writes none, and its readers pass over them.
    pub(crate) tags: Vec<(String, String)>,
}

/// The message between the magic bytes and the digest. A required field is an option here, for its absence to be seen.
#[derive(Clone, PartialEq, Message)]
struct AggregatedRecord {
    #[prost(string, repeated, tag = "1")]
    partition_key_table: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    explicit_hash_key_table: Vec<String>,
    #[prost(message, repeated, tag = "3")]
    records: Vec<Record>,
}

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

/// Whether [`deaggregate`] would find records in it.
pub(crate) fn is_aggregate(data: &[u8]) -> bool {
    data.starts_with(&MAGIC) && deaggregate(&Bytes::copy_from_slice(data)).is_some()
}

/// The records inside, in their order; there is at least one. `None` if the data is anything but an aggregated record
/// in good order, and then it is an ordinary record's.
pub(crate) fn deaggregate(data: &Bytes) -> Option<Vec<UserRecord>> {
    let digest_at = data.len().checked_sub(DIGEST_BYTES).filter(|at| *at >= MAGIC.len())?;
    if !data.starts_with(&MAGIC) || *Md5::digest(&data[MAGIC.len()..digest_at]) != data[digest_at..] {
        return None;
    }
    let message = AggregatedRecord::decode(data.slice(MAGIC.len()..digest_at)).ok()?;
    let AggregatedRecord { partition_key_table: keys, explicit_hash_key_table: hash_keys, records } = message;
    let keys: Vec<_> = keys.into_iter().map(Arc::from).collect();
    let hash_keys: Vec<_> = hash_keys.into_iter().map(hash_key).collect();
    let records: Vec<_> = records.into_iter().map(|r| r.user_record(&keys, &hash_keys)).collect::<Option<_>>()?;
    (!records.is_empty()).then_some(records)
}

impl Record {
    fn user_record(self, keys: &[Arc<str>], hash_keys: &[Option<HashKey>]) -> Option<UserRecord> {
        let explicit_hash_key = match self.explicit_hash_key_index {
            Some(index) => *at(hash_keys, index)?,
            None => None,
        };
        let tag = |tag: Tag| Some((tag.key?, tag.value.unwrap_or_default()));
        Some(UserRecord {
            partition_key: at(keys, self.partition_key_index?)?.clone(),
            explicit_hash_key,
            data: self.data?,
            tags: self.tags.into_iter().map(tag).collect::<Option<_>>()?,
        })
    }
}

fn hash_key(decimal: String) -> Option<HashKey> {
    // The parser would take a sign.
    decimal.bytes().all(|byte| byte.is_ascii_digit()).then(|| HashKey::try_from(decimal).ok())?
}

fn at<T>(table: &[T], index: u64) -> Option<&T> {
    table.get(usize::try_from(index).ok()?)
}

#[cfg(test)]
mod tests;
