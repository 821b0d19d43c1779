use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::__private::aggregation;
use kinetrace::{Extraction, HashKey, Reader};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
use serde_json::{Value, json};

use super::*;
use crate::dead_letters::samples::{ARN, NUMBER, TRACEPARENT, letter, skipped_at};
use crate::failure::Failure;
use crate::kinesis::KinesisEvent;
use crate::trace_context::TraceContext;

fn document(letter: &DeadLetter) -> Value {
    serde_json::from_str(&of(letter, skipped_at()).unwrap()).unwrap()
}

fn trace(state: &str) -> TraceContext {
    let (trace, span) = (0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128, 0x00f0_67aa_0ba9_02b7_u64);
    let state = state.parse::<TraceState>().unwrap();
    let span = SpanContext::new(TraceId::from(trace), SpanId::from(span), TraceFlags::SAMPLED, true, state);
    let _current = Context::new().with_remote_span_context(span).attach();
    TraceContext::current()
}

/// The records that a consumer makes of the document, as a function that it is sent to as an event.
fn replayed(document: &Value) -> Vec<Extraction> {
    let event: KinesisEvent = serde_json::from_str(&document.to_string()).unwrap();
    let [Ok(record)] = &event.records[..] else { panic!("one record") };
    Reader::default().read(record.data.clone(), record.partition_key.as_deref())
}

#[test]
fn a_letter_says_what_was_skipped_where_when_and_why() {
    let mut letter = letter(r#"{"tailnum":"N14228"}"#);
    letter.trace = trace("vendor=1");
    letter.record.explicit_hash_key = Some(HashKey::from(u128::MAX));
    let expected = json!({
        "version": "1.0",
        "timestamp": "2018-12-17T22:10:51.000Z",
        "requestContext": {
            "requestId": "request-1", "functionName": "departures", "condition": "SkippedByHandler",
        },
        "reason": "no plane",
        "traceparent": TRACEPARENT,
        "tracestate": "vendor=1",
        "streamArn": ARN,
        "stream": "flights",
        "shardId": "shardId-000000000000",
        "sequenceNumber": NUMBER,
        "partitionKey": "N14228",
        "explicitHashKey": "340282366920938463463374607431768211455",
        "approximateArrivalTimestamp": "2018-12-17T22:10:50.987Z",
        "payload": r#"{"tailnum":"N14228"}"#,
        "payloadIsBase64": false,
        "Records": [{
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": "N14228",
                "sequenceNumber": NUMBER,
                "data": "eyJ0YWlsbnVtIjoiTjE0MjI4In0=",
                "approximateArrivalTimestamp": 1_545_084_650.987,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": format!("shardId-000000000000:{NUMBER}"),
            "eventName": "aws:kinesis:record",
            "awsRegion": "us-east-1",
            "eventSourceARN": ARN,
        }],
    });
    assert_eq!(document(&letter), expected);
    assert!(!of(&letter, skipped_at()).unwrap().contains('\n'), "one line");
}

/// A record that a program has read by itself, and one that a test has made.
#[test]
fn what_is_not_known_is_absent() {
    let mut letter = letter("x");
    letter.caller = crate::call::Caller::default();
    let record = &mut letter.record;
    (record.partition_key, record.arrival, record.origin) = (None, None, None);
    let expected = json!({
        "version": "1.0",
        "timestamp": "2018-12-17T22:10:51.000Z",
        "requestContext": {"condition": "SkippedByHandler"},
        "reason": "no plane",
        "stream": "flights",
        "shardId": "shardId-000000000000",
        "sequenceNumber": NUMBER,
        "payload": "x",
        "payloadIsBase64": false,
        "Records": [{
            "kinesis": {"kinesisSchemaVersion": "1.0", "sequenceNumber": NUMBER, "data": "eA=="},
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": format!("shardId-000000000000:{NUMBER}"),
            "eventName": "aws:kinesis:record",
        }],
    });
    assert_eq!(document(&letter), expected);
}

#[test]
fn a_payload_is_text_or_base64_and_reads_back_to_the_byte() {
    let table: [(&[u8], bool); 8] = [
        (b"", false),
        (br#"{"a": 1.0, "a": 2}"#, false),
        ("Zürich ✈ \u{10ffff}".as_bytes(), false),
        (b"\0\x01\x1f\"\\\r\n\x7f", false),
        ("\u{fffe}\u{ffff}\u{2028}".as_bytes(), false),
        (b"\\ud800 is an escape of JSON only", false),
        (b"\xff\xfe", true),
        (b"half of \xe2\x9c", true),
    ];
    for (payload, is_base64) in table {
        let document = document(&letter(payload));
        assert_eq!(document["payloadIsBase64"], is_base64, "{payload:?}");
        let text = document["payload"].as_str().unwrap();
        let read = if is_base64 { BASE64.decode(text).unwrap() } else { text.as_bytes().to_vec() };
        assert_eq!((&read[..], &replayed(&document)[0].payload[..]), (payload, payload));
    }
}

/// SQS refuses a message with others (`InvalidMessageContents`), and a poison record is where they are.
#[test]
fn a_document_has_only_characters_that_sqs_takes() {
    let is_taken =
        |char: char| matches!(char, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let every = (0..=u32::from('\u{11000}')).filter_map(char::from_u32).collect::<String>();
    let mut letter = letter(every.clone());
    letter.record.partition_key = Some(every.as_str().into());
    letter.failure = Failure::skip(every.clone());
    let text = of(&letter, skipped_at()).unwrap();
    assert_eq!(text.chars().find(|char| !is_taken(*char)), None);
    assert_eq!(document(&letter)["payload"], every);
}

#[test]
fn the_data_is_what_the_stream_has_with_the_producers_context() {
    let data = format!(r#"{{"_otel":{{"traceparent":"{TRACEPARENT}"}},"data":{{"n": 1.0}}}}"#);
    let mut letter = letter(data.clone());
    letter.record.payload = r#"{"n": 1.0}"#.into();
    let document = document(&letter);
    assert_eq!(BASE64.decode(document["Records"][0]["kinesis"]["data"].as_str().unwrap()).unwrap(), data.as_bytes());
    let [again] = &replayed(&document)[..] else { panic!("one record") };
    assert_eq!(again.payload, letter.record.payload);
    assert_eq!(again.fields.get("traceparent"), Some(TRACEPARENT));
}

/// Its neighbours are done, and would be done again.
#[test]
fn of_an_aggregate_the_data_is_an_aggregate_of_the_one_record() {
    let legs = ["EWR-IAH", "IAH-ORD", "ORD-EWR"].map(|leg| kinetrace::Record::new("N14228", leg));
    let pack = aggregation::pack(&legs[0], &legs[1..]);
    let mut letter = letter(pack.data);
    (letter.record.payload, letter.record.sub_sequence_number) = ("IAH-ORD".into(), Some(1));
    let document = document(&letter);
    assert_eq!((&document["payload"], &document["subSequenceNumber"]), (&json!("IAH-ORD"), &json!(1)));
    let [again] = &replayed(&document)[..] else { panic!("one record") };
    assert_eq!((&again.payload[..], &*again.user_record.as_ref().unwrap().partition_key), (&b"IAH-ORD"[..], "N14228"));
}

#[test]
fn with_enhanced_fan_out_the_stream_is_the_one_that_takes_puts() {
    let mut letter = letter("x");
    let consumer = format!("{ARN}/consumer/app:1540591608");
    letter.record.origin = Some(Origin::Kinesis { stream_arn: Some(consumer.as_str().into()), data: "x".into() });
    let document = document(&letter);
    assert_eq!((&document["streamArn"], &document["Records"][0]["eventSourceARN"]), (&json!(ARN), &json!(consumer)));
}
