//! Records as the API of Kinesis has them, and so the CLI and the SDKs: `Data`, `PartitionKey`, `SequenceNumber`.
//! <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Record.html>

use std::sync::Arc;

use bytes::Bytes;
use serde_json::value::RawValue;

use super::blob;
use super::object::{self, Object};
use super::part::{Part, Stored};

/// The answer of `GetRecords`, or the request of `PutRecords`.
pub(super) fn records(_: &RawValue, object: &Object<'_>) -> Option<Part> {
    let records = object.list("Records")?;
    let is_answer = object.has_any(&["MillisBehindLatest", "NextShardIterator", "ContinuationSequenceNumber"]);
    if !is_answer && !object.first("Records").is_some_and(|first| first.has("Data")) {
        return None;
    }
    let is_request = !is_answer && object.has_any(&["StreamName", "StreamARN"]);
    let part = Part::new(if is_request { "put_records" } else { "get_records" }, read_all(&records));
    Some(if records.is_empty() { part.with_note(nothing_read(object)) } else { part })
}

/// One record of either, or the request of `PutRecord`.
pub(super) fn one_record(json: &RawValue, object: &Object<'_>) -> Option<Part> {
    is_record(object).then(|| Part::new("api_record", read_all(&[json])))
}

/// Records without what was around them, as `--query Records` leaves them.
pub(super) fn array(elements: &[&RawValue]) -> Option<Part> {
    let first = elements.iter().find_map(|element| Object::of(element))?;
    is_record(&first).then(|| Part::new("api_records", read_all(elements)))
}

fn is_record(object: &Object<'_>) -> bool {
    object.has("Data") && object.has_any(&["PartitionKey", "SequenceNumber", "StreamName", "StreamARN"])
}

fn nothing_read(answer: &Object<'_>) -> String {
    let behind = match answer.get("MillisBehindLatest").map(RawValue::get) {
        Some("0") => "its iterator has reached the end of the shard",
        _ => "a shard may have stretches without any: go on with its NextShardIterator",
    };
    format!("the answer of GetRecords has no records: {behind}")
}

fn read_all(records: &[&RawValue]) -> Vec<Result<Stored, String>> {
    let read = |(index, json): (usize, &&RawValue)| {
        read(json).map_err(|reason| format!("record {index} cannot be read: {reason}"))
    };
    records.iter().enumerate().map(read).collect()
}

fn read(json: &RawValue) -> Result<Stored, &'static str> {
    let record = Object::of(json).ok_or("it is not an object")?;
    let text = |name| record.text(name).map(Arc::from);
    let data = record.get("Data").ok_or("it has no Data")?;
    Ok(Stored {
        data: bytes(data, record.has("SequenceNumber"))?,
        partition_key: text("PartitionKey"),
        sequence_number: text("SequenceNumber"),
        in_topic: None,
    })
}

/// What Kinesis answers with is base64. What is still to be put may be text, as the CLI's version 1 takes it.
fn bytes(data: &RawValue, was_put: bool) -> Result<Bytes, &'static str> {
    let text = || object::text(data).filter(|_| !was_put).map(Bytes::from);
    blob::read(data).or_else(text).ok_or("its Data is not base64")
}
