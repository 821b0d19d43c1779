use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::kafka::HeaderList;
use serde_json::{Value, json};

use crate::inspect::input;
use crate::inspect::part::Stored;
use crate::inspect::samples::gzip;

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// As Lambda has it: signed bytes, base64, and a topic with a hyphen.
fn record(offset: i64) -> Value {
    json!({
        "topic": "us-flights", "partition": 3, "offset": offset,
        "timestamp": 1545084650987_i64, "timestampType": "CREATE_TIME",
        "key": BASE64.encode("N14228"), "value": BASE64.encode(r#"{"n":1}"#),
        "headers": [{"name": [90, -61, -68]}, {"traceparent": TRACEPARENT.bytes().collect::<Vec<_>>()}]
    })
}

fn event(records: &[Value]) -> Value {
    json!({
        "eventSource": "aws:kafka",
        "eventSourceArn": "arn:aws:kafka:us-east-2:123456789012:cluster/c/uuid",
        "bootstrapServers": "b-1:9092",
        "records": {"us-flights-3": records}
    })
}

/// What it was taken for, and its records.
fn seen(input: impl AsRef<[u8]>) -> (Vec<String>, Vec<Result<Stored, String>>) {
    let parts = input::parts(input.as_ref().to_vec()).unwrap();
    (parts.iter().map(|part| part.taken_for.clone()).collect(), parts.into_iter().flat_map(|it| it.records).collect())
}

fn headers(stored: &Stored) -> Vec<(String, Option<String>)> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = &stored.in_topic.as_ref().unwrap().headers;
    HeaderList::iter(headers).map(|(name, value)| (name.to_owned(), value.map(text))).collect()
}

#[test]
fn records_of_kafka_are_found_wherever_those_of_kinesis_are() {
    let named = event(&[record(7)]);
    let mut nameless = named.clone();
    nameless.as_object_mut().unwrap().retain(|name, _| name == "records");
    let discarded = |payload: Value| {
        json!({"requestContext": {}, "responseContext": {}, "KafkaBatchInfo": {}, "payload": payload}).to_string()
    };
    let kcat = |payload: String| {
        json!({"topic": "failed", "partition": 0, "offset": 1, "broker": 1, "key": null, "payload": payload})
            .to_string()
    };
    let message = json!({"Messages": [{"Body": named.to_string()}]}).to_string();
    for (input, taken_for) in [
        (named.to_string().into_bytes(), "kafka_event"),
        (named.to_string().replace("aws:kafka", "SelfManagedKafka").into(), "kafka_event"),
        (nameless.to_string().into(), "kafka_event"),
        (record(7).to_string().into(), "kafka_record"),
        (json!([record(7)]).to_string().into(), "kafka_records"),
        (gzip(named.to_string()), "kafka_event in gzip"),
        (format!("START\n2026-01-07 INFO {named}\nEND\n").into(), "kafka_event in a log"),
        (BASE64.encode(named.to_string()).into(), "kafka_event in base64"),
        (discarded(named.clone()).into(), "kafka_event in discarded_batch"),
        (discarded(named.to_string().into()).into(), "kafka_event in discarded_batch"),
        (kcat(discarded(named.clone())).into(), "kafka_event in discarded_batch in payload"),
        (message.into(), "kafka_event in Body in Messages"),
    ] {
        let (parts, records) = seen(&input);
        assert_eq!(parts, [taken_for], "{}", String::from_utf8_lossy(&input));
        let [Ok(stored)] = &records[..] else { panic!("{taken_for}: {records:?}") };
        let own = stored.in_topic.as_ref().unwrap();
        assert_eq!((own.topic.as_deref(), own.partition, own.is_tombstone), (Some("us-flights"), Some(3), false));
        assert_eq!((stored.partition_key.as_deref(), stored.sequence_number.as_deref()), (Some("N14228"), Some("7")));
        assert_eq!(stored.data, r#"{"n":1}"#);
        let expected = [("name", "Zü"), ("traceparent", TRACEPARENT)];
        assert_eq!(headers(stored), expected.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))));
    }
}

#[test]
fn one_bad_record_is_told_and_the_others_are_shown() {
    let mut bad = record(8);
    bad["value"] = "%%%".into();
    let (_, records) = seen(event(&[record(7), bad, record(9)]).to_string());
    let [Ok(_), Err(reason), Ok(_)] = &records[..] else { panic!("{records:?}") };
    assert!(reason.contains("record 1 of us-flights-3") && reason.contains("base64"), "{reason}");
}

#[test]
fn a_discarded_batch_whose_payload_is_no_event_says_so() {
    let error = input::parts(json!({"KafkaBatchInfo": {}, "payload": {"n": 1}}).to_string().into_bytes()).unwrap_err();
    assert!(error.to_string().contains("payload of the discarded batch"), "{error}");
}

#[test]
fn tombstones_and_keys_of_any_bytes_are_told() {
    for (name, value, key, is_tombstone) in [
        ("value", Value::Null, Some("N14228"), true),
        ("value", "".into(), Some("N14228"), false),
        ("key", Value::Null, None, false),
        ("key", "/w==".into(), Some("base64:/w=="), false),
    ] {
        let mut record = record(7);
        record[name] = value;
        let (_, records) = seen(event(&[record]).to_string());
        let stored = records[0].as_ref().unwrap();
        let own = stored.in_topic.as_ref().unwrap();
        assert_eq!((stored.partition_key.as_deref(), own.is_tombstone), (key, is_tombstone), "{name}");
    }
}

#[test]
fn an_event_without_records_says_so() {
    let parts = input::parts(event(&[]).to_string().into_bytes()).unwrap();
    assert_eq!((parts[0].records.len(), &parts[0].notes[..]), (0, &["the event has no records".to_owned()][..]));
}

#[test]
fn what_kcat_prints_is_read_with_headers_in_both_of_its_forms() {
    let printed = |headers: Value, payload: Value| {
        json!({
            "topic": "flights", "partition": 0, "offset": 7, "tstype": "create", "ts": 1, "broker": 1,
            "headers": headers, "key": "N14228", "payload": payload
        })
    };
    let in_turn = json!(["a", "1", "traceparent", TRACEPARENT, "a", null]);
    let by_name = json!({"a": ["1", null], "traceparent": [TRACEPARENT]});
    let input = [
        printed(in_turn, "{}".into()).to_string(),
        printed(by_name, Value::Null).to_string(),
        printed(Value::Null, json!({"n": 1})).to_string(),
    ];
    let (parts, records) = seen(input.join("\n"));
    assert_eq!(parts, ["kcat_record"; 3]);
    let records: Vec<_> = records.into_iter().map(Result::unwrap).collect();
    let pair = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned));
    let (a, null, own) = (pair("a", Some("1")), pair("a", None), pair("traceparent", Some(TRACEPARENT)));
    assert_eq!(headers(&records[0]), [a.clone(), own.clone(), null.clone()]);
    assert_eq!(headers(&records[1]), [a, null, own]);
    assert_eq!(headers(&records[2]), []);
    let data: Vec<_> = records.iter().map(|it| (&it.data[..], it.in_topic.as_ref().unwrap().is_tombstone)).collect();
    assert_eq!(data, [(&b"{}"[..], false), (b"", true), (br#"{"n":1}"#, false)]);
    assert_eq!(
        (records[0].partition_key.as_deref(), records[0].sequence_number.as_deref()),
        (Some("N14228"), Some("7"))
    );
}

#[test]
fn header_lines_are_headers_only_if_one_may_hold_a_context() {
    let (parts, records) = seen(format!("content-type: text/plain\r\n\r\nTraceparent:{TRACEPARENT}\nempty:\n"));
    assert_eq!(parts, ["headers"]);
    let expected = [("content-type", "text/plain"), ("Traceparent", TRACEPARENT), ("empty", "")];
    let expected = expected.map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
    assert_eq!(headers(records[0].as_ref().unwrap()), expected);
    for text in [
        "content-type: text/plain".to_owned(),
        format!("traceparent: {TRACEPARENT}\nnot a header"),
        format!("the traceparent: {TRACEPARENT}"),
        format!("{{traceparent: {TRACEPARENT}"),
        format!(": x\ntraceparent: {TRACEPARENT}"),
    ] {
        assert!(input::parts(text.clone().into_bytes()).is_err(), "{text}");
    }
}
