//! Events, to the byte.

use super::*;

const AWS: Dialect = Dialect::AWS;

fn writer(topic: &str) -> EventWriter {
    let arn = "arn:aws:kafka:sa-east-1:123456789012:cluster/vpc-2priv-2pub/751d2973-a626-431c-9d4e-d7975eb44dd7-2";
    let bootstrap_servers = "b-2.demo-cluster-1:9092,b-1.demo-cluster-1:9092".to_owned();
    EventWriter::new(&Cluster::Msk { arn: arn.into(), bootstrap_servers }, topic)
}

fn record(partition: u32, offset: i64) -> Record {
    Record {
        partition,
        offset,
        timestamp: 1_545_084_650_987,
        timestamp_type: TimestampType::CreateTime,
        key: Some("recordKey".into()),
        value: Some("Hello, this is a test.".into()),
        headers: vec![("headerKey".into(), Some("headerValue".into()))],
    }
}

#[test]
fn the_event_is_the_one_of_the_aws_documentation_to_the_byte() {
    let golden = concat!(
        r#"{"eventSource":"aws:kafka","eventSourceArn":"arn:aws:kafka:sa-east-1:123456789012:cluster/vpc-2priv-2pub/"#,
        r#"751d2973-a626-431c-9d4e-d7975eb44dd7-2","bootstrapServers":"b-2.demo-cluster-1:9092,b-1.demo-cluster-1:9092","#,
        r#""records":{"mytopic-0":[{"topic":"mytopic","partition":0,"offset":15,"timestamp":1545084650987,"#,
        r#""timestampType":"CREATE_TIME","key":"cmVjb3JkS2V5","value":"SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==","#,
        r#""headers":[{"headerKey":[104,101,97,100,101,114,86,97,108,117,101]}]}]}}"#,
    );
    assert_eq!(writer("mytopic").write(&[record(0, 15)], AWS), golden);
}

#[test]
fn a_self_managed_cluster_has_no_arn() {
    let cluster = Cluster::SelfManaged { bootstrap_servers: "localhost:9092".into() };
    let event = EventWriter::new(&cluster, "t").write(&[], AWS);
    assert_eq!(event, r#"{"eventSource":"SelfManagedKafka","bootstrapServers":"localhost:9092","records":{}}"#);
}

#[test]
fn the_records_of_a_partition_stand_together_in_their_order() {
    let event = writer("my-topic").write(&[record(2, 8), record(2, 10), record(0, 9)], AWS);
    let json: Value = serde_json::from_slice(&event).unwrap();
    let offsets = |key: &str| json["records"][key].as_array().unwrap().iter().map(|it| it["offset"].clone()).collect();
    let (second, first): (Vec<Value>, Vec<Value>) = (offsets("my-topic-2"), offsets("my-topic-0"));
    assert_eq!((second, first), (vec![8.into(), 10.into()], vec![9.into()]));
    let text = std::str::from_utf8(&event).unwrap();
    assert!(text.find("my-topic-2") < text.find("my-topic-0"), "{text}");
}

#[test]
fn what_aws_leaves_open_is_written_as_the_dialect_has_it() {
    let header = |value: Option<&'static [u8]>| ("a\"b".into(), value.map(Bytes::from_static));
    let headers = vec![header(Some(&[0, 127, 128, 255])), header(Some(&[])), header(None)];
    let odd = Record { key: None, value: None, headers, timestamp: -1, ..record(0, 1) };
    let bare = Record { headers: Vec::new(), timestamp_type: TimestampType::LogAppendTime, ..odd.clone() };
    let (absent, written) = (Null::Absent, Null::Written);
    let other = Dialect { null_key: written, null_value: written, no_headers: absent, signed_headers: false };
    let table = [
        (
            &odd,
            AWS,
            r#"-1,"timestampType":"CREATE_TIME","headers":[{"a\"b":[0,127,-128,-1]},{"a\"b":[]},{"a\"b":null}]}"#,
        ),
        (
            &odd,
            other,
            r#"-1,"timestampType":"CREATE_TIME","key":null,"value":null,"headers":[{"a\"b":[0,127,128,255]},{"a\"b":[]},{"a\"b":null}]}"#,
        ),
        (&bare, AWS, r#"-1,"timestampType":"LOG_APPEND_TIME","headers":[]}"#),
        (&bare, other, r#"-1,"timestampType":"LOG_APPEND_TIME","key":null,"value":null}"#),
    ];
    for (record, dialect, expected) in table {
        let event = writer("t").write(std::slice::from_ref(record), dialect);
        let text = std::str::from_utf8(&event).unwrap();
        serde_json::from_str::<Value>(text).unwrap();
        assert!(text.contains(&format!(r#""offset":1,"timestamp":{expected}]}}"#)), "{dialect:?}: {text}");
    }
}

#[test]
fn an_event_never_outgrows_what_its_records_announce() {
    for length in [0, 1, 2, 3, 1000] {
        let bytes = || Some(Bytes::from(vec![128; length]));
        let headers = vec![("\u{1}".repeat(length).into(), bytes()); 3];
        let topic = "t".repeat(249);
        let record = Record { key: bytes(), value: bytes(), headers, offset: i64::MAX, ..record(u32::MAX, 0) };
        let (empty, event) = (writer(&topic).write(&[], AWS), writer(&topic).write(std::slice::from_ref(&record), AWS));
        assert!(event.len() - empty.len() <= record.event_bytes(), "{length}");
    }
}
