//! By whatever door an event comes, the service gets payloads and never an envelope.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::service::{links, pass};
use crate::world::{SPAN_ID, World, envelope};

const GOOD: &str =
    r#""eventID":"shardId-0:8","eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/flights""#;

/// An event of some door, with `@` where the data of a record stands.
const DOORS: &[&str] = &[
    // Pipes.
    r#"[{"partitionKey":"1","sequenceNumber":"8","data":@,"eventSource":"aws:kinesis","eventID":"shardId-0:8"}]"#,
    r#" [ {"data" : @ ,"sequenceNumber":"8"}]"#,
    r#"[{"eventSource":"aws:kinesis","data":@}]"#,
    // Firehose.
    r#"{"invocationId":"i","deliveryStreamArn":"arn:aws:firehose:us-east-1:1:deliverystream/d","region":"us-east-1",
        "sourceKinesisStreamArn":"arn:aws:kinesis:us-east-1:1:stream/s","records":[{"recordId":"4954","approximateArrivalTimestamp":1,
        "data":@,"kinesisRecordMetadata":{"sequenceNumber":"8","subsequenceNumber":0,"partitionKey":"1","shardId":"s",
        "approximateArrivalTimestamp":1}}]}"#,
    r#"{"deliveryStreamArn":null,"records":[{"recordId":"4954","data":@}]}"#,
    // Samples, and names and numbers that nobody can read.
    r#"{"Records":[{"kinesis":{"sequenceNumber":"8","data":@},"eventSourceARN":"arn:aws:kinesis:EXAMPLE","eventID":"s:8"}]}"#,
    r#"{"Records":[{"kinesis":{"sequenceNumber":"8","data":@}}]}"#,
    r#"{"Records":[{"kinesis":{"sequenceNumber":"8","data":@},"eventSourceARN":7,"eventID":null}]}"#,
    r#"{"Records":[{"kinesis":{"sequenceNumber":"8","partitionKey":{},"data":@},"eventID":"a","eventID":"b"}]}"#,
    r#"{"Records":[{"kinesis":{"data":@},"eventID":"shardId-0:8"}]}"#,
    r#"{"Records":[{"kinesis":{"data":"%","sequenceNumber":[],"data":@}}]}"#,
];

#[tokio::test]
async fn the_service_gets_payloads_by_every_door_and_the_trace_goes_on() {
    let in_base64 = |text: &str| format!("\"{}\"", BASE64.encode(text));
    for door in DOORS {
        let body = door.replace('@', &in_base64(&envelope(r#"{"n": 1.0}"#)));
        let outcome = pass(&World::new(), |layer| layer, body.clone()).await;
        let seen = String::from_utf8(outcome.seen().body.to_vec()).unwrap();
        assert_eq!(seen, door.replace('@', &in_base64(r#"{"n": 1.0}"#)));
        assert_eq!(outcome.span().parent_span_id.to_string(), SPAN_ID, "{door}");
        let outcome = pass(&World::new(), |layer| layer.unwrap_payloads(false), body.clone()).await;
        assert_eq!(outcome.seen().body, body, "{door}");
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_read_stays_as_it_came_and_its_neighbours_are_unwrapped() {
    let data = BASE64.encode(envelope("1"));
    for (open, close, entry) in [
        (r#"{"Records":["#, "]}", format!(r#"{{"kinesis":{{"sequenceNumber":"8","data":"@"}},{GOOD}}}"#)),
        ("[", "]", format!(r#"{{"sequenceNumber":"8","data":"@",{GOOD}}}"#)),
        (r#"{"deliveryStreamArn":"a","records":["#, "]}", r#"{"recordId":"1","data":"@"}"#.to_owned()),
    ] {
        for bad in ["null", "7", "{}", &entry.replace('@', "%"), &entry.replace("\"@\"", "[]")] {
            let body =
                |data: &str| format!("{open}{},{bad},{}{close}", entry.replace('@', data), entry.replace('@', data));
            let outcome = pass(&World::new(), |layer| layer, body(&data)).await;
            assert_eq!(outcome.seen().body, body("MQ=="), "{bad}");
            // Lambda's own, and the records', which is the same.
            assert_eq!(links(outcome.span()).len(), 2);
        }
    }
}

#[tokio::test]
async fn entries_that_are_not_records_stay_as_they_came() {
    let data = BASE64.encode(envelope("1"));
    for event in [
        r#"{"Records":[{"messageId":"1","body":"@","eventSource":"aws:sqs","data":"@"}]}"#,
        r#"[{"messageId":"1","body":"@","data":"@","eventSource":"aws:sqs"}]"#,
        r#"{"records":[{"recordId":"1","data":"@"}]}"#,
        r#"{"deliveryStreamArn":"a","records":[{"recordId":"1","kafkaRecordValue":"@"}]}"#,
        r#"{"awslogs":{"data":"@"}}"#,
        r#"[]"#,
        r#"{"data":"@","sequenceNumber":"1"}"#,
    ] {
        let body = event.replace('@', &data);
        assert_eq!(pass(&World::new(), |layer| layer, body.clone()).await.seen().body, body);
    }
}
