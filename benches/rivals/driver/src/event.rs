//! What Lambda makes of a batch, in the exact form that it writes.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use fastrand::Rng;

use crate::payload::Payload;

/// The events that are sent in turn: contexts differ from one to the next, and are the same for all functions.
pub(crate) const DISTINCT: usize = 4;

pub(crate) fn events(batch: usize) -> Vec<Bytes> {
    let mut random = Rng::with_seed(batch as u64);
    (0..DISTINCT).map(|_| event(batch, &mut random)).collect()
}

fn event(batch: usize, random: &mut Rng) -> Bytes {
    let first = random.u64(..1 << 60);
    let records: Vec<String> = (0..batch as u64).map(|number| record(first + number, random)).collect();
    Bytes::from(format!(r#"{{"Records":[{}]}}"#, records.join(",")))
}

fn record(number: u64, random: &mut Rng) -> String {
    let Payload { key, data } = Payload::new(random);
    let (sequence, data) = (format!("4959033827149025660855{number:034}"), STANDARD.encode(data));
    let arrival = 1_545_084_650 + number % 1000;
    [
        r#"{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":""#,
        &key,
        r#"","sequenceNumber":""#,
        &sequence,
        r#"","data":""#,
        &data,
        r#"","approximateArrivalTimestamp":"#,
        &format!("{arrival}.987"),
        r#"},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000006:"#,
        &sequence,
        r#"","eventName":"aws:kinesis:record","invokeIdentityArn":"arn:aws:iam::123456789012:role/lambda-role","#,
        r#""awsRegion":"us-east-2","eventSourceARN":"arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream"}"#,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_the_same_whenever_it_is_made_and_has_the_form_of_the_documentation() {
        let (some, again) = (events(3), events(3));
        assert_eq!(some, again);
        let event: serde_json::Value = serde_json::from_slice(&some[0]).unwrap();
        let record = &event["Records"][2];
        assert_eq!(record["kinesis"]["sequenceNumber"].as_str().map(str::len), Some(56));
        let id = format!("shardId-000000000006:{}", record["kinesis"]["sequenceNumber"].as_str().unwrap());
        assert_eq!(record["eventID"], id);
    }
}
