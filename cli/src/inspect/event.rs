//! What Lambda hands to a function whose source is a stream, directly or by a pipe of EventBridge.

use kinetrace_consumer::kinesis::EventRecord;
use kinetrace_consumer::kinesis::KinesisEvent;
use serde_json::value::RawValue;

use super::object::Object;
use super::part::{Part, Stored};

/// `{"Records":[{"kinesis":{…}}]}`, read as a consumer reads it, with the same errors.
///
/// # Errors
///
/// Those that the function would answer with.
pub(super) fn lambda_event(json: &RawValue) -> serde_json::Result<Part> {
    Ok(part("lambda_event", serde_json::from_str(json.get())?))
}

/// One of its records, or one of a pipe's, as `jq '.Records[]'` cuts them out.
pub(super) fn one_record(json: &RawValue, object: &Object<'_>) -> Option<Part> {
    if object.object("kinesis").is_some_and(|record| record.has("data")) {
        return Some(part("lambda_record", nested(&[json])?));
    }
    is_piped(object).then(|| Some(part("pipes_record", flat(&[json])?)))?
}

/// The array that a pipe of EventBridge hands over, whose records are flat; or an array of Lambda's records.
pub(super) fn array(elements: &[&RawValue]) -> Option<Part> {
    let first = elements.iter().find_map(|element| Object::of(element))?;
    if first.has("kinesis") {
        return Some(part("lambda_records", nested(elements)?));
    }
    Some(part("pipes_event", flat(elements)?))
}

/// By itself a flat record must say that it is one: many a payload has a member `data`.
fn is_piped(object: &Object<'_>) -> bool {
    object.has("data")
        && (object.has("kinesisSchemaVersion") || object.text("eventSource").as_deref() == Some("aws:kinesis"))
}

fn nested(records: &[&RawValue]) -> Option<KinesisEvent> {
    #[derive(serde::Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Event<'a> {
        records: &'a [&'a RawValue],
    }
    serde_json::from_str(&serde_json::to_string(&Event { records }).ok()?).ok()
}

/// `None` if none of them is a record of Kinesis.
fn flat(records: &[&RawValue]) -> Option<KinesisEvent> {
    serde_json::from_str(&serde_json::to_string(records).ok()?).ok()
}

fn part(taken_for: &str, event: KinesisEvent) -> Part {
    let read = |record: EventRecord| Stored {
        sequence_number: Some(record.sequence_number.shared()),
        partition_key: record.partition_key,
        data: record.data,
        in_topic: None,
    };
    let records = event.records.into_iter();
    Part::new(taken_for, records.map(|record| record.map(read).map_err(|bad| bad.to_string())).collect())
}
