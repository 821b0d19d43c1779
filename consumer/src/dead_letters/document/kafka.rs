//! A record of Kafka in a document: where it stood, and the event that brings it again.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::UNIX_EPOCH;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use serde::Serialize;

use super::text::text;
use crate::dead_letters::timestamp::rfc3339;
use crate::origin::KafkaOrigin;
use crate::record::Record;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Position<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster_arn: Option<&'a str>,
    topic: &'a str,
    partition: i32,
    offset: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_is_base64: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record_timestamp: Option<String>,
    is_tombstone: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event<'a> {
    event_source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_source_arn: Option<&'a str>,
    /// Of one partition.
    records: BTreeMap<String, [EventRecord<'a>; 1]>,
}

#[derive(Serialize)]
struct EventRecord<'a> {
    topic: &'a str,
    partition: i32,
    offset: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// Absent of a tombstone.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// One object for each: names may repeat, and their order counts.
    headers: Vec<BTreeMap<&'a str, Option<Vec<i8>>>>,
}

impl<'a> Position<'a> {
    pub(super) fn of(record: &'a Record, origin: &'a KafkaOrigin) -> Self {
        let key = record.key.as_deref().map(text);
        Self {
            cluster_arn: origin.cluster_arn.as_deref(),
            topic: &record.stream,
            partition: origin.partition,
            offset: origin.offset,
            key_is_base64: key.as_ref().map(|(_, is_base64)| *is_base64),
            key: key.map(|(key, _)| key),
            record_timestamp: record.arrival.map(rfc3339),
            is_tombstone: origin.value.is_none(),
        }
    }
}

impl<'a> Event<'a> {
    pub(super) fn of(record: &'a Record, origin: &'a KafkaOrigin) -> Self {
        let since = record.arrival.and_then(|arrival| arrival.duration_since(UNIX_EPOCH).ok());
        let event_record = EventRecord {
            topic: &record.stream,
            partition: origin.partition,
            offset: origin.offset,
            timestamp: since.and_then(|since| since.as_millis().try_into().ok()),
            key: record.key.as_ref().map(|key| BASE64.encode(key)),
            value: origin.value.as_ref().map(|value| BASE64.encode(value)),
            headers: record.headers.iter().map(|(name, value)| BTreeMap::from([(name, value.map(signed))])).collect(),
        };
        let event_source_arn = origin.cluster_arn.as_deref();
        Self {
            event_source: if event_source_arn.is_some() { "aws:kafka" } else { "SelfManagedKafka" },
            event_source_arn,
            records: BTreeMap::from([(format!("{}-{}", record.stream, origin.partition), [event_record])]),
        }
    }
}

/// As Lambda writes the bytes of a header.
fn signed(value: &Bytes) -> Vec<i8> {
    value.iter().map(|byte| byte.cast_signed()).collect()
}

#[cfg(test)]
mod tests;
