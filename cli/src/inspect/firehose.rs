//! What Firehose hands to a function that transforms records.
//! <https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html>

use std::sync::Arc;

use serde_json::value::RawValue;

use super::blob;
use super::object::Object;
use super::part::{Part, Stored};

/// `{"invocationId":…,"records":[{"recordId":…,"data":…,"kinesisRecordMetadata":{…}}]}`. The metadata are there where the
/// source is a stream.
pub(super) fn event(_: &RawValue, object: &Object<'_>) -> Option<Part> {
    let records = object.list("records")?;
    if !object.has_any(&["deliveryStreamArn", "invocationId"]) && !object.first("records")?.has("recordId") {
        return None;
    }
    let read = |(index, json): (usize, &RawValue)| {
        read(json).ok_or_else(|| format!("record {index} cannot be read: it has no data in base64"))
    };
    Some(Part::new("firehose_event", records.into_iter().enumerate().map(read).collect()))
}

fn read(json: &RawValue) -> Option<Stored> {
    let record = Object::of(json)?;
    let metadata = record.object("kinesisRecordMetadata");
    let text = |name| metadata.as_ref()?.text(name).map(Arc::from);
    Some(Stored {
        data: blob::read(record.get("data")?)?,
        partition_key: text("partitionKey"),
        sequence_number: text("sequenceNumber"),
        in_topic: None,
    })
}
