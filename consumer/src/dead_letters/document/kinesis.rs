//! A record of Kinesis in a document: where it stood, and the event that brings it again.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use kinetrace::__private::aggregation;
use serde::Serialize;

use crate::dead_letters::timestamp::{rfc3339, since_epoch};
use crate::origin::Origin;
use crate::record::Record;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Position<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_arn: Option<&'a str>,
    stream: &'a str,
    shard_id: &'a str,
    sequence_number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_sequence_number: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explicit_hash_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approximate_arrival_timestamp: Option<String>,
}

impl<'a> Position<'a> {
    pub(super) fn of(record: &'a Record) -> Self {
        Self {
            stream_arn: source_arn(record).map(without_consumer),
            stream: &record.stream,
            shard_id: &record.shard_id,
            sequence_number: record.sequence_number.as_str(),
            sub_sequence_number: record.sub_sequence_number,
            partition_key: record.partition_key.as_deref(),
            explicit_hash_key: record.explicit_hash_key.map(|key| key.to_string()),
            approximate_arrival_timestamp: record.arrival.map(rfc3339),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Event<'a> {
    #[serde(rename = "Records")]
    records: [EventRecord<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventRecord<'a> {
    kinesis: Kinesis<'a>,
    event_source: &'static str,
    event_version: &'static str,
    #[serde(rename = "eventID")]
    event_id: String,
    event_name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    aws_region: Option<&'a str>,
    #[serde(rename = "eventSourceARN", skip_serializing_if = "Option::is_none")]
    event_source_arn: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kinesis<'a> {
    kinesis_schema_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition_key: Option<&'a str>,
    sequence_number: &'a str,
    data: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    approximate_arrival_timestamp: Option<serde_json::Number>,
}

impl<'a> Event<'a> {
    pub(super) fn of(record: &'a Record) -> Self {
        let source_arn = source_arn(record);
        let record = EventRecord {
            kinesis: Kinesis {
                kinesis_schema_version: "1.0",
                partition_key: record.partition_key.as_deref(),
                sequence_number: record.sequence_number.as_str(),
                data: BASE64.encode(raw(record)),
                approximate_arrival_timestamp: record.arrival.and_then(seconds),
            },
            event_source: "aws:kinesis",
            event_version: "1.0",
            event_id: format!("{}:{}", record.shard_id, record.sequence_number),
            event_name: "aws:kinesis:record",
            aws_region: source_arn.and_then(region),
            event_source_arn: source_arn,
        };
        Self { records: [record] }
    }
}

/// The record's data as the stream has it. Of several records in an aggregate, this one alone: its neighbours are done.
fn raw(record: &Record) -> Bytes {
    let Some(Origin::Kinesis { data, .. }) = &record.origin else { return record.payload.clone() };
    record.sub_sequence_number.and_then(|place| aggregation::alone(data, place)).unwrap_or_else(|| data.clone())
}

fn source_arn(record: &Record) -> Option<&str> {
    record.origin.as_ref()?.source_arn().map(|arn| &**arn)
}

/// With enhanced fan-out an event has the ARN of the consumer, into which nobody can put.
fn without_consumer(arn: &str) -> &str {
    arn.split_once("/consumer/").map_or(arn, |(stream, _)| stream)
}

fn region(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|region| !region.is_empty())
}

/// As Kinesis has it: seconds, with a fraction.
fn seconds(arrival: SystemTime) -> Option<serde_json::Number> {
    let (seconds, millis) = since_epoch(arrival);
    serde_json::from_str(&format!("{seconds}.{millis:03}")).ok()
}
