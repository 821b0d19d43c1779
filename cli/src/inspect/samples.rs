//! Inputs for tests, each as who writes it does.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::input;

/// The data of each record.
pub(super) const DATA: &str =
    r#"{"_otel":{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},"data":{"n":1}}"#;

pub(super) fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn lambda_record() -> Value {
    json!({
        "kinesis": {"partitionKey": "k", "sequenceNumber": "7", "data": BASE64.encode(DATA)},
        "eventSource": "aws:kinesis",
        "eventID": "shardId-000000000006:7",
        "eventSourceARN": "arn:aws:kinesis:us-east-2:123456789012:stream/flights"
    })
}

pub(super) fn lambda_event() -> Value {
    json!({"Records": [lambda_record()]})
}

/// As a pipe of EventBridge has it.
pub(super) fn flat_record() -> Value {
    let mut record = lambda_record();
    let kinesis = record.as_object_mut().unwrap().remove("kinesis").unwrap();
    let Value::Object(members) = kinesis else { panic!("{kinesis}") };
    record.as_object_mut().unwrap().extend(members);
    record
}

/// As the API of Kinesis has it.
pub(super) fn api_record() -> Value {
    json!({
        "SequenceNumber": "7",
        "ApproximateArrivalTimestamp": "2026-01-07T10:01:00.101000+00:00",
        "Data": BASE64.encode(DATA),
        "PartitionKey": "k"
    })
}

/// What the on-failure destination gets.
pub(super) fn discarded() -> Value {
    json!({
        "requestContext": {"requestId": "r", "functionArn": "f", "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 4},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": "2026-01-07T10:02:00.101Z",
        "KinesisBatchInfo": {
            "shardId": "shardId-000000000006",
            "startSequenceNumber": "7",
            "endSequenceNumber": "9",
            "approximateArrivalOfFirstRecord": "2026-01-07T10:01:00.101Z",
            "approximateArrivalOfLastRecord": "2026-01-07T10:01:00.101Z",
            "batchSize": 3,
            "streamArn": "arn:aws:kinesis:us-east-2:123456789012:stream/flights"
        }
    })
}

/// As the bucket gets it.
pub(super) fn with_payload() -> Value {
    let mut discarded = discarded();
    discarded["payload"] = lambda_event().to_string().into();
    discarded
}

/// What the parts were taken for, and of each record its data, key and sequence number.
pub(super) type Seen = (Vec<String>, Vec<Result<(String, Option<String>, Option<String>), String>>);

pub(super) fn seen(bytes: impl AsRef<[u8]>) -> Result<Seen, String> {
    let parts = input::parts(bytes.as_ref().to_vec()).map_err(|error| error.to_string())?;
    let taken_for = parts.iter().map(|part| part.taken_for.clone()).collect();
    let records = parts.into_iter().flat_map(|part| part.records).map(|record| {
        record.map(|stored| {
            let text = |text: Option<std::sync::Arc<str>>| text.map(|text| text.to_string());
            let data = String::from_utf8_lossy(&stored.data).into_owned();
            (data, text(stored.partition_key), text(stored.sequence_number))
        })
    });
    Ok((taken_for, records.collect()))
}

/// The input was taken for this, and has as many records, all with the data, key and number of the samples.
#[track_caller]
pub(super) fn assert_whole(input: impl AsRef<[u8]>, taken_for: &str, count: usize) {
    let (parts, records) = seen(&input).unwrap_or_else(|error| panic!("{taken_for}: {error}"));
    assert!(parts.iter().all(|part| part == taken_for), "{parts:?}, and not {taken_for}");
    let whole = Ok((DATA.to_owned(), Some("k".to_owned()), Some("7".to_owned())));
    assert_eq!(records, vec![whole; count], "{taken_for}");
}
