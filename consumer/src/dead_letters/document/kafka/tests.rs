use serde_json::{Value, json};

use crate::dead_letters::dead_letter::DeadLetter;
use crate::dead_letters::document;
use crate::dead_letters::samples::{CLUSTER, TRACEPARENT, kafka_letter, skipped_at};
use crate::event::Event;
use crate::kafka::EventRecord;
use crate::origin::Origin;

fn document(letter: &DeadLetter) -> Value {
    serde_json::from_str(&document::of(letter, skipped_at()).unwrap()).unwrap()
}

/// The record that a function makes of the document, as an event.
fn replayed(document: &Value) -> EventRecord {
    let Ok(Event::Kafka(event)) = serde_json::from_str(&document.to_string()) else { panic!("{document}") };
    let [partition] = &event.partitions[..] else { panic!("one partition") };
    assert_eq!(&*partition.name, "flights-3");
    let [Ok(record)] = &partition.records[..] else { panic!("one record") };
    record.clone()
}

#[test]
fn a_letter_says_what_was_skipped_where_when_and_why_and_is_an_event_of_kafka() {
    let bytes: Vec<_> = TRACEPARENT.bytes().collect();
    let expected = json!({
        "version": "1.0",
        "timestamp": "2018-12-17T22:10:51.000Z",
        "requestContext": {
            "requestId": "request-1", "functionName": "departures", "condition": "SkippedByHandler",
        },
        "reason": "no plane",
        "clusterArn": CLUSTER,
        "topic": "flights",
        "partition": 3,
        "offset": 4711,
        "key": "N14228",
        "keyIsBase64": false,
        "recordTimestamp": "2018-12-17T22:10:50.987Z",
        "isTombstone": false,
        "payload": "{}",
        "payloadIsBase64": false,
        "eventSource": "aws:kafka",
        "eventSourceArn": CLUSTER,
        "records": {"flights-3": [{
            "topic": "flights",
            "partition": 3,
            "offset": 4711,
            "timestamp": 1_545_084_650_987_u64,
            "key": "TjE0MjI4",
            "value": "e30=",
            "headers": [{"traceparent": bytes}, {"h": [-1, 0]}, {"h": null}],
        }]},
    });
    assert_eq!(document(&kafka_letter(Some("{}"))), expected);
}

#[test]
fn the_record_comes_again_to_the_byte_with_its_headers_its_key_and_without_a_value_if_it_had_none() {
    let binary = |letter: &mut DeadLetter| {
        (letter.record.key, letter.record.partition_key) = (Some(vec![0xff, 0].into()), None);
    };
    let keyless = |letter: &mut DeadLetter| (letter.record.key, letter.record.partition_key) = (None, None);
    let untimed = |letter: &mut DeadLetter| letter.record.arrival = None;
    let changes: [&dyn Fn(&mut DeadLetter); 4] = [&|_| (), &binary, &keyless, &untimed];
    for change in changes {
        for value in [Some("landed"), Some(""), None] {
            let mut letter = kafka_letter(value);
            change(&mut letter);
            // What the handler got is not what the topic has, where the value is looked into.
            letter.record.payload = "another".into();
            let record = &letter.record;
            let again = replayed(&document(&letter));
            assert_eq!(again.value.as_deref(), value.map(str::as_bytes));
            assert_eq!((&again.key, &again.headers, again.timestamp), (&record.key, &record.headers, record.arrival));
            assert_eq!((again.partition, again.offset, again.cluster_arn.as_deref()), (3, 4711, Some(CLUSTER)));
            assert_eq!(document(&letter)["isTombstone"], value.is_none());
        }
    }
}

#[test]
fn a_key_is_text_or_base64_and_what_is_not_known_is_absent() {
    let mut letter = kafka_letter(None);
    letter.record.key = Some(vec![0xff].into());
    let of_binary = document(&letter);
    assert_eq!((&of_binary["key"], &of_binary["keyIsBase64"]), (&json!("/w=="), &json!(true)));
    (letter.record.key, letter.record.arrival) = (None, None);
    if let Some(Origin::Kafka(origin)) = &mut letter.record.origin {
        origin.cluster_arn = None;
    }
    let document = document(&letter);
    for name in ["clusterArn", "key", "keyIsBase64", "recordTimestamp", "eventSourceArn"] {
        assert_eq!(document.get(name), None, "{name}");
    }
    assert_eq!(document["eventSource"], "SelfManagedKafka");
}
