//! What the business code gets of a record of Kafka, and what its line and its span say.

use std::sync::{Arc, Mutex};
use std::time::UNIX_EPOCH;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::history::ProcessOutcome;
use kinetrace_consumer::kafka::EventRecord;
use kinetrace_consumer::{Consumer, Event, Failure, Json, JsonError, Record};
use opentelemetry::trace::TraceContextExt as _;
use serde_json::{Value, json};

use super::world::{Invoker, event};
use crate::world::{SPAN_ID, TRACE_ID, World, envelope};

fn traceparent() -> Vec<i8> {
    format!("00-{TRACE_ID}-{SPAN_ID}-01").bytes().map(u8::cast_signed).collect()
}

fn one(record: Value) -> Value {
    event([("fl-ights-3".to_owned(), vec![record])])
}

fn record() -> Value {
    json!({"topic": "fl-ights", "partition": 3, "offset": 4711, "timestamp": 1_545_084_650_987_u64,
        "key": BASE64.encode("N14228"), "value": BASE64.encode("{}"),
        "headers": [{"traceparent": traceparent()}, {"a": [1]}, {"a": null}]})
}

fn with(member: &str, value: Value) -> Value {
    let mut record = record();
    record[member] = value;
    one(record)
}

type Seen = Arc<Mutex<Vec<Record>>>;

fn seen() -> (Seen, impl Fn(Record) -> std::future::Ready<Result<(), Failure>> + Send + Sync + 'static) {
    let seen = Seen::default();
    let sink = Arc::clone(&seen);
    (seen, move |record| {
        sink.lock().unwrap().push(record);
        std::future::ready(Ok(()))
    })
}

#[tokio::test]
async fn a_record_has_its_topic_partition_offset_key_headers_and_time() {
    let (seen, handle) = seen();
    let outcome = Invoker::default().invoke(handle, &one(record())).await;
    let seen = seen.lock().unwrap();
    let [record] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((&*record.stream, &*record.shard_id, record.sequence_number.as_str()), ("fl-ights", "3", "4711"));
    assert_eq!((record.key.as_deref(), record.partition_key.as_deref()), (Some(&b"N14228"[..]), Some("N14228")));
    assert_eq!(record.headers.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["traceparent", "a", "a"]);
    assert_eq!(record.headers.last("a"), Some(None));
    assert_eq!(record.arrival.unwrap().duration_since(UNIX_EPOCH).unwrap().as_millis(), 1_545_084_650_987);
    assert_eq!((&record.payload[..], record.is_tombstone(), record.format.name()), (&b"{}"[..], false, "headers"));

    let [line] = &outcome.log[..] else { panic!("{:?}", outcome.log) };
    assert_eq!((&*line.stream, &*line.shard, line.sequence_number.as_str()), ("fl-ights", "3", "4711"));
    assert_eq!((line.group.as_deref(), line.outcome), (Some("N14228"), ProcessOutcome::Succeeded));
    assert_eq!(&*line.format, "headers");

    // Alone in its invocation, it is continued by it.
    let span = outcome.span("process fl-ights");
    assert_eq!(span.span_context.trace_id().to_string(), TRACE_ID);
}

#[tokio::test]
async fn a_key_that_is_not_text_is_written_in_base64_and_no_key_is_none() {
    for (key, bytes, text, line) in [
        (json!("yv4="), Some(&b"\xca\xfe"[..]), None, Some("base64:yv4=")),
        // Or it would pass for the one above.
        (json!("YmFzZTY0Onl2ND0="), Some(b"base64:yv4="), Some("base64:yv4="), Some("base64:YmFzZTY0Onl2ND0=")),
        (json!(""), Some(b""), Some(""), Some("")),
        (Value::Null, None, None, None),
    ] {
        let (seen, handle) = seen();
        let outcome = Invoker::default().invoke(handle, &with("key", key.clone())).await;
        let seen = seen.lock().unwrap();
        assert_eq!((seen[0].key.as_deref(), seen[0].partition_key.as_deref()), (bytes, text), "{key}");
        assert_eq!(outcome.log[0].group.as_deref(), line, "{key}");
    }
}

#[tokio::test]
async fn a_tombstone_is_one_in_the_record_and_in_its_span_and_no_json_unless_that_is_wanted() {
    async fn json(_: Json<Value>) -> Result<(), Failure> {
        Ok(())
    }
    async fn optional(value: Option<Json<Value>>) -> Result<(), Failure> {
        value.map_or(Ok(()), |_| Err(Failure::retry("no tombstone")))
    }
    async fn result(value: Result<Json<Value>, JsonError>) -> Result<(), Failure> {
        value.map_or(Ok(()), |_| Err(Failure::retry("no tombstone")))
    }
    let tombstone = with("value", Value::Null);
    let (seen, handle) = seen();
    let outcome = Invoker::default().invoke(handle, &tombstone).await;
    assert!(seen.lock().unwrap()[0].is_tombstone() && seen.lock().unwrap()[0].payload.is_empty());
    let span = outcome.span("process fl-ights");
    assert!(span.attributes.iter().any(|it| it.key.as_str() == "messaging.kafka.message.tombstone"), "{span:?}");

    let refused = Invoker::default().invoke(json, &tombstone).await;
    assert!(refused.log[0].error.as_ref().unwrap().contains("the record is a tombstone"), "{:?}", refused.log);
    assert!(Invoker::default().invoke(optional, &tombstone).await.answer.is_ok());
    assert!(Invoker::default().invoke(result, &tombstone).await.answer.is_ok());
    // An empty value is a value: that it is not JSON is a failure still.
    let empty = Invoker::default().invoke(optional, &with("value", json!(""))).await;
    assert!(empty.log[0].error.as_ref().unwrap().contains("the payload is not a"), "{:?}", empty.log);
}

/// On Kafka the value is the business's.
#[tokio::test]
async fn a_value_is_looked_into_only_if_that_is_asked_for_and_headers_count_first() {
    let enveloped = BASE64.encode(envelope("1"));
    let mut bare = record();
    (bare["value"], bare["headers"]) = (enveloped.clone().into(), json!([]));
    for (is_on, event, payload, format) in [
        (None, one(bare.clone()), envelope("1"), "none"),
        (Some(false), one(bare.clone()), envelope("1"), "none"),
        (Some(true), one(bare), "1".to_owned(), "envelope"),
        (Some(true), with("value", enveloped.into()), "1".to_owned(), "headers"),
        (Some(true), with("value", Value::Null), String::new(), "headers"),
    ] {
        let (seen, handle) = seen();
        let invoker = Invoker::default();
        match is_on {
            Some(is_on) => invoker.invoke_with(handle, &event, |it| it.read_kafka_values(is_on)).await,
            None => invoker.invoke(handle, &event).await,
        };
        let seen = seen.lock().unwrap();
        assert_eq!((&seen[0].payload[..], seen[0].format.name()), (payload.as_bytes(), format), "{is_on:?}");
        assert_eq!(seen[0].is_tombstone(), payload.is_empty());
    }
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_has_a_line_and_fails_its_partition_only() {
    let bad =
        json!({"topic": "fl-ights", "partition": 3, "offset": 4711, "key": BASE64.encode("N14228"), "value": "%"});
    let (seen, handle) = seen();
    let event = event([("fl-ights-3".to_owned(), vec![bad, record()]), ("fl-ights-4".to_owned(), vec![record()])]);
    let outcome = Invoker::default().invoke(handle, &event).await;
    assert_eq!(seen.lock().unwrap().len(), 1);
    let line = outcome.log.iter().find(|line| line.outcome == ProcessOutcome::Failed).unwrap();
    assert_eq!((&*line.stream, &*line.shard, line.sequence_number.as_str()), ("fl-ights", "3", "4711"));
    assert_eq!((line.group.as_deref(), &*line.format), (Some("N14228"), "unreadable"));
    let error = outcome.told().unwrap_err();
    assert!(error.contains("fl-ights-3 from offset 4711 on (failed). "), "{error}");
}

#[tokio::test]
async fn records_that_a_program_has_read_itself_are_processed_partition_by_partition() {
    let world = World::new();
    let handle = async |record: Record| match &record.payload[..] {
        b"fail" => Err(Failure::retry("no such plane")),
        _ => Ok(()),
    };
    let consumer = Consumer::builder(handle).read_environment(false).telemetry(world.telemetry()).build().unwrap();
    let record =
        |partition, offset, value: &'static str| EventRecord::new("flights", partition, offset, Some(value.into()));
    let again = consumer
        .process_kafka([
            record(0, 7, "ok"),
            record(1, 3, "ok"),
            record(0, 8, "fail"),
            record(0, 9, "ok"),
            record(1, 4, "ok"),
        ])
        .await;
    let [again] = &again[..] else { panic!("{again:?}") };
    assert_eq!((&*again.partition_name, again.offset, again.is_out_of_time), ("flights-0", Some(8), false));
    assert_eq!(world.spans().iter().filter(|span| span.name == "process flights").count(), 4);
    assert!(!opentelemetry::Context::current().has_active_span());
}

#[test]
fn an_event_is_told_by_what_it_holds_and_what_is_neither_is_refused_in_one_sentence() {
    let read = |json: &str| match serde_json::from_str::<Event>(json) {
        Ok(Event::Kinesis(_)) => "kinesis".to_owned(),
        Ok(_) => "kafka".to_owned(),
        Err(error) => error.to_string(),
    };
    for (json, kind) in [
        (r#"{"Records":[]}"#, "kinesis"),
        (r#"{"Records":[],"records":{"t-0":[]}}"#, "kinesis"),
        (r#"{"records":{"t-0":[]},"eventSource":"aws:kafka"}"#, "kafka"),
        (r#"{"records":{}}"#, "kafka"),
        (r#"{"eventSource":"SelfManagedKafka","records":{"t-0":[]}}"#, "kafka"),
        (r#"{"eventSource":"aws:kafka","records":{"t-0":[null]}}"#, "kafka"),
        (r#"[{"eventSource":"aws:kinesis","data":"","sequenceNumber":"1"}]"#, "kinesis"),
    ] {
        assert_eq!(read(json), kind, "{json}");
    }
    for (json, parts) in [
        ("{}", &["Records", "nor a Kafka event", "`records`"][..]),
        ("[]", &["EventBridge Pipes", "nor a Kafka event"]),
        ("7", &["not a Kinesis event"]),
        (r#""alice""#, &["not a Kinesis event"]),
        (r#"{"records":7}"#, &["Records", "nor a Kafka event"]),
        (r#"{"eventSource":"aws:kafka"}"#, &["not a Kafka event", "`records`"]),
        (r#"{"eventSource":"aws:kafka","records":["alice"]}"#, &["not a Kafka event", "`records`"]),
        (r#"{"deliveryStreamArn":"arn","records":[]}"#, &["Firehose", "TraceLayer"]),
        (
            r#"{"Records":[{"messageId":"1","body":"alice","eventSource":"aws:sqs"}]}"#,
            &["Amazon SQS", "Kinesis and Kafka only"],
        ),
        (r#"[{"eventSource":"aws:kafka","topic":"t","value":"alice"}]"#, &["Amazon MSK, as EventBridge Pipes"]),
    ] {
        let error = read(json);
        assert!(parts.iter().all(|part| error.contains(part)), "{json}: {error}");
        assert!(!error.contains("alice") && !error.contains('\n'), "{json}: {error}");
    }
}
