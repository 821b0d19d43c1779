//! What a PutRecord or a PutRecords asks for.

use std::fmt;

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kinetrace::HashKey;
use serde::Deserialize;
use serde::de::{Deserializer, Visitor};

use super::arn::name_in_arn;
use super::encoding::Encoding;

/// The records of a put, and the stream that they are for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::kinesis) struct Contents {
    /// The stream's name, also where the request has its ARN. Empty if it has neither: then Kinesis refuses it.
    pub(in crate::kinesis) stream: String,
    pub(in crate::kinesis) entries: Vec<Entry>,
    /// Whether it is a PutRecords, whose entries fail one by one.
    pub(in crate::kinesis) is_batch: bool,
}

/// A record that is to be put.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::kinesis) struct Entry {
    pub(in crate::kinesis) partition_key: String,
    pub(in crate::kinesis) explicit_hash_key: Option<HashKey>,
    pub(in crate::kinesis) data: Bytes,
}

impl Contents {
    /// Nothing of a body that cannot be read: Kinesis says what is wrong with it.
    pub(super) fn read(encoding: Encoding, is_batch: bool, body: &[u8]) -> Self {
        let read = if is_batch {
            encoding.decode(body).map(|Batch { stream_name, stream_arn, records }| {
                let entries = records.into_iter().map(Entry::from).collect();
                Self { stream: name(stream_name, stream_arn), entries, is_batch }
            })
        } else {
            encoding.decode(body).map(|Single { stream_name, stream_arn, partition_key, explicit_hash_key, data }| {
                let record = Record { partition_key, explicit_hash_key, data };
                Self { stream: name(stream_name, stream_arn), entries: vec![record.into()], is_batch }
            })
        };
        read.unwrap_or(Self { is_batch, ..Self::default() })
    }
}

impl Entry {
    /// The bytes of it that Kinesis limits.
    pub(super) fn size(&self) -> usize {
        self.data.len() + self.partition_key.len()
    }

    /// Where Kinesis places it.
    pub(in crate::kinesis) fn place(&self) -> HashKey {
        self.explicit_hash_key.unwrap_or_else(|| HashKey::of(&self.partition_key))
    }
}

fn name(stream_name: Option<String>, stream_arn: Option<String>) -> String {
    let of_arn = |arn: String| name_in_arn(&arn).map(str::to_owned);
    stream_name.or_else(|| stream_arn.and_then(of_arn)).unwrap_or_default()
}

/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch {
    stream_name: Option<String>,
    #[serde(rename = "StreamARN")]
    stream_arn: Option<String>,
    records: Vec<Record>,
}

/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html>
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Single {
    stream_name: Option<String>,
    #[serde(rename = "StreamARN")]
    stream_arn: Option<String>,
    partition_key: Option<String>,
    explicit_hash_key: Option<String>,
    data: Option<Blob>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Record {
    partition_key: Option<String>,
    explicit_hash_key: Option<String>,
    data: Option<Blob>,
}

impl From<Record> for Entry {
    fn from(Record { partition_key, explicit_hash_key, data }: Record) -> Self {
        Self {
            partition_key: partition_key.unwrap_or_default(),
            explicit_hash_key: explicit_hash_key.and_then(|key| HashKey::try_from(key).ok()),
            data: data.map(|Blob(bytes)| bytes).unwrap_or_default(),
        }
    }
}

/// Bytes in CBOR, base64 in JSON. Of text that is not base64, which Kinesis refuses, nothing.
struct Blob(Bytes);

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BlobVisitor)
    }
}

struct BlobVisitor;

impl Visitor<'_> for BlobVisitor {
    type Value = Blob;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes, or base64")
    }

    fn visit_str<E>(self, text: &str) -> Result<Blob, E> {
        Ok(Blob(STANDARD.decode(text).unwrap_or_default().into()))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Blob, E> {
        Ok(Blob(Bytes::copy_from_slice(bytes)))
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Blob, E> {
        Ok(Blob(bytes.into()))
    }
}
