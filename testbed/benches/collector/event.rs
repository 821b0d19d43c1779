//! What every consumer gets: an event of records with contexts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// The records of an event.
pub(crate) const RECORDS: usize = 10;

/// The event with this number: its records differ from those of the one before.
pub(crate) fn event(number: usize) -> String {
    let records: Vec<_> = (1..=RECORDS).map(|record| entry(number * RECORDS + record)).collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(","))
}

fn entry(number: usize) -> String {
    let data = format!(r#"{{"_otel":{{"traceparent":"00-{number:032x}-{number:016x}-01"}},"data":{{"n":{number}}}}}"#);
    let (key, data) = (number % 7, BASE64.encode(data));
    format!(
        r#"{{"kinesis":{{"kinesisSchemaVersion":"1.0","partitionKey":"N{key}","sequenceNumber":"{number}","data":"{data}",
        "approximateArrivalTimestamp":1545084650.987}},"eventSource":"aws:kinesis","eventID":"shardId-000000000000:{number}",
        "eventSourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/flights"}}"#
    )
}
