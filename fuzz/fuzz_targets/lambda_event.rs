//! The bytes as an event, as an entry between two good ones, and as parts of an entry.
//!
//! An entry after others may be read by what it has in common with them; by itself it is read member by member. Both ways
//! must come to the same. So must one pass over the bytes, and serde.

#![no_main]

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace_consumer::kinesis::EventRecord;
use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_consumer::kinesis::RecordError;
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

const GOOD: &str = r#"{"kinesis":{"partitionKey":"user-42","sequenceNumber":"49590338","data":"SGVsbG8=","approximateArrivalTimestamp":1545084650.987},"eventID":"shardId-000000000006:49590338","eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"}"#;

/// The same record as EventBridge Pipes sends it.
const PIPE: &str = r#"{"partitionKey":"user-42","sequenceNumber":"49590338","data":"SGVsbG8=","approximateArrivalTimestamp":1545084650.987,"eventSource":"aws:kinesis","eventID":"shardId-000000000006:49590338","eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"}"#;

/// The entries of an event, from any sender; of two lists with one name, the last.
fn entries(bytes: &[u8]) -> Option<Vec<&RawValue>> {
    let members = serde_json::from_slice::<BTreeMap<String, &RawValue>>(bytes);
    match members {
        Ok(members) => serde_json::from_str(members.get("Records")?.get()).ok(),
        Err(_) => serde_json::from_slice(bytes).ok(),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let event = serde_json::from_slice::<KinesisEvent>(bytes);
    assert_eq!(format!("{:?}", KinesisEvent::from_slice(bytes)), format!("{event:?}"));
    if let Ok(event) = event {
        let entries = entries(bytes).expect("an event, as it was read");
        let is_by_mapping = event.item_ids.is_none();
        assert_eq!(event.records.len(), entries.len());
        for (index, (record, entry)) in event.records.iter().zip(entries).enumerate() {
            check_alone(record, entry.get(), is_by_mapping);
            match record {
                Ok(record) => check_record(record, entry.get(), is_by_mapping),
                Err(bad) => assert_eq!(bad.index, index),
            }
        }
    }

    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for good in [GOOD, PIPE] {
        check_entry(good, text);
        check_entry(good, &good.replacen(r#""SGVsbG8=""#, text, 1));
        check_entry(good, &good.replacen("SGVsbG8=", text, 1));
        check_entry(good, &good.replacen("1545084650.987", text, 1));
        check_entry(good, &good.replacen("arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream", text, 1));
        check_entry(good, &good.replacen("shardId-000000000006:49590338", text, 1));
    }
});

/// An entry that is not a record fails itself and nothing else.
fn check_entry(good: &str, entry: &str) {
    if serde_json::from_str::<IgnoredAny>(entry).is_err() {
        return;
    }
    let array = format!("[{good},{entry},{good}]");
    let json = if good == GOOD { format!(r#"{{"Records":{array}}}"#) } else { array };
    let event: KinesisEvent = serde_json::from_str(&json).expect("an event whose entries are JSON");
    let [Ok(first), middle, Ok(last)] = &event.records[..] else { panic!("{:?}", event.records) };
    assert_eq!((first.data.as_ref(), first), (b"Hello".as_slice(), last));
    match middle {
        Ok(record) => check_record(record, entry, good == GOOD),
        Err(bad) => assert_eq!(bad.index, 1),
    }
    check_alone(middle, entry, good == GOOD);
}

/// What was read of an entry among others is what is read of it when none before it is a record.
fn check_alone(among_others: &Result<EventRecord, RecordError>, entry: &str, is_by_mapping: bool) {
    let array = format!(r#"[{{"eventSource":"aws:kinesis"}},{entry}]"#);
    let json = if is_by_mapping { format!(r#"{{"Records":{array}}}"#) } else { array };
    let event: KinesisEvent = serde_json::from_str(&json).expect("an event whose entries are JSON");
    match (among_others, &event.records[1]) {
        (Ok(record), Ok(alone)) => assert_eq!(record, alone),
        (Err(bad), Err(alone)) => {
            let names = (&bad.sequence_number, &bad.partition_key, &bad.shard_id, &bad.stream);
            assert_eq!(names, (&alone.sequence_number, &alone.partition_key, &alone.shard_id, &alone.stream));
            assert_eq!(bad.reason, alone.reason);
        }
        (record, alone) => panic!("{record:?} among others, {alone:?} alone"),
    }
}

fn check_record(record: &EventRecord, entry: &str, is_by_mapping: bool) {
    assert!(!record.stream.is_empty() && !record.shard_id.is_empty() && !record.sequence_number.as_str().is_empty());
    // Of two members with one name, the last counts, as here. An entry with anything that is not Unicode is not a record's.
    let Ok(entry) = serde_json::from_str::<Value>(entry) else { return };
    let kinesis = if is_by_mapping { &entry["kinesis"] } else { &entry };
    let data = kinesis.get("data").and_then(Value::as_str);
    assert_eq!(Some(BASE64.encode(&record.data).as_str()), data);
}
