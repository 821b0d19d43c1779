//! The bytes as an event, as an entry between two good ones, and as parts of an entry.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace_consumer::KinesisEvent;
use kinetrace_consumer::event::EventRecord;
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

const GOOD: &str = r#"{"kinesis":{"partitionKey":"user-42","sequenceNumber":"49590338","data":"SGVsbG8=","approximateArrivalTimestamp":1545084650.987},"eventID":"shardId-000000000006:49590338","eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"}"#;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "Records", borrow)]
    records: Vec<&'a RawValue>,
    // Of a tumbling window. What they hold cannot be wrong, if it is UTF-8 where it is handed on; that they stand there
    // twice can.
    #[serde(rename = "window")]
    _window: Option<IgnoredAny>,
    #[serde(rename = "state", borrow)]
    _state: Option<&'a RawValue>,
}

fuzz_target!(|bytes: &[u8]| {
    let event = serde_json::from_slice::<KinesisEvent>(bytes);
    let entries = serde_json::from_slice::<Event<'_>>(bytes).map(|event| event.records);
    assert_eq!(event.is_ok(), entries.is_ok());
    if let (Ok(event), Ok(entries)) = (event, entries) {
        assert_eq!(event.records.len(), entries.len());
        for (index, (record, entry)) in event.records.iter().zip(entries).enumerate() {
            match record {
                Ok(record) => check_record(record, entry.get()),
                Err(bad) => assert_eq!(bad.index, index),
            }
        }
    }

    let Ok(text) = std::str::from_utf8(bytes) else { return };
    check_entry(text);
    check_entry(&GOOD.replacen(r#""SGVsbG8=""#, text, 1));
    check_entry(&GOOD.replacen("SGVsbG8=", text, 1));
    check_entry(&GOOD.replacen("1545084650.987", text, 1));
    check_entry(&GOOD.replacen("arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream", text, 1));
    check_entry(&GOOD.replacen("shardId-000000000006:49590338", text, 1));
});

/// An entry that is no record fails itself and nothing else.
fn check_entry(entry: &str) {
    if serde_json::from_str::<IgnoredAny>(entry).is_err() {
        return;
    }
    let json = format!(r#"{{"Records":[{GOOD},{entry},{GOOD}]}}"#);
    let event: KinesisEvent = serde_json::from_str(&json).expect("an event whose entries are JSON");
    let [Ok(first), middle, Ok(last)] = &event.records[..] else { panic!("{:?}", event.records) };
    assert_eq!((first.data.as_ref(), first), (b"Hello".as_slice(), last));
    match middle {
        Ok(record) => check_record(record, entry),
        Err(bad) => assert_eq!(bad.index, 1),
    }
}

fn check_record(record: &EventRecord, entry: &str) {
    #[derive(Deserialize)]
    struct Entry {
        kinesis: Kinesis,
    }
    #[derive(Deserialize)]
    struct Kinesis {
        data: String,
    }
    let entry: Entry = serde_json::from_str(entry).expect("a record, as it was read");
    assert_eq!(BASE64.encode(&record.data), entry.kinesis.data);
    assert!(!record.stream.is_empty() && !record.shard_id.is_empty());
}
