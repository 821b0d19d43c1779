//! A letter as a document: what a person reads of a record, and what puts it again. Its members are described at
//! [`DeadLetter::to_json`].

use std::borrow::Cow;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use kinetrace::__private::{MAX_TEXT, aggregation, one_line};
use serde::Serialize;

use super::dead_letter::DeadLetter;
use super::timestamp::{rfc3339, since_epoch};
use crate::origin::Origin;
use crate::record::Record;

/// Members stand in the order in which a person asks for them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    version: &'static str,
    timestamp: String,
    request_context: RequestContext<'a>,
    reason: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracestate: Option<String>,
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
    payload: Cow<'a, str>,
    payload_is_base64: bool,
    #[serde(rename = "Records")]
    records: [EventRecord<'a>; 1],
}

/// As in what Lambda sends to a destination.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    function_name: Option<&'a str>,
    condition: &'static str,
}

/// The record as an event source mapping sends it, so that a function takes the document for an event.
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

/// The document, in one line, of a record that is skipped at this time.
pub(super) fn of(letter: &DeadLetter, skipped_at: SystemTime) -> Result<String, serde_json::Error> {
    let DeadLetter { record, failure, trace, caller } = letter;
    let reason = failure.to_string();
    let (payload, payload_is_base64) = text(&record.payload);
    let document = serde_json::to_string(&Document {
        version: "1.0",
        timestamp: rfc3339(skipped_at),
        request_context: RequestContext {
            request_id: &caller.request_id,
            function_name: caller.function.as_deref(),
            condition: "SkippedByHandler",
        },
        reason: one_line(&reason, MAX_TEXT),
        traceparent: trace.traceparent(),
        tracestate: trace.tracestate(),
        stream_arn: source_arn(record).map(without_consumer),
        stream: &record.stream,
        shard_id: &record.shard_id,
        sequence_number: record.sequence_number.as_str(),
        sub_sequence_number: record.sub_sequence_number,
        partition_key: record.partition_key.as_deref(),
        explicit_hash_key: record.explicit_hash_key.map(|key| key.to_string()),
        approximate_arrival_timestamp: record.arrival.map(rfc3339),
        payload,
        payload_is_base64,
        records: [event_record(record)],
    })?;
    Ok(without_noncharacters(document))
}

fn event_record(record: &Record) -> EventRecord<'_> {
    let source_arn = source_arn(record);
    EventRecord {
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
    }
}

/// The record's data as the stream has it. Of several records in an aggregate, this one alone: its neighbours are done.
fn raw(record: &Record) -> Bytes {
    let Some(Origin { data, .. }) = &record.origin else { return record.payload.clone() };
    record.sub_sequence_number.and_then(|place| aggregation::alone(data, place)).unwrap_or_else(|| data.clone())
}

/// Text if it is text, and otherwise base64.
fn text(payload: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(payload) {
        Ok(text) => (text.into(), false),
        Err(_) => (BASE64.encode(payload).into(), true),
    }
}

pub(super) fn source_arn(record: &Record) -> Option<&str> {
    record.origin.as_ref()?.stream_arn.as_deref()
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

/// SQS refuses a message with these two. They are in strings only, which may have any character escaped.
fn without_noncharacters(document: String) -> String {
    if !document.contains(['\u{fffe}', '\u{ffff}']) {
        return document;
    }
    document.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
}

#[cfg(test)]
mod tests;
