use std::time::UNIX_EPOCH;

use super::*;

const WHOLE: &str = r#"{"topic":"flights","partition":0,"offset":15,"timestamp":1545084650987,
    "timestampType":"CREATE_TIME","key":"TjE0MjI4","value":"SGVsbG8=",
    "headers":[{"headerKey":[104,101,108,108,111]}]}"#;

fn event(records: &str) -> KafkaEvent {
    let json = format!(
        r#"{{"eventSource":"aws:kafka","eventSourceArn":"arn:aws:kafka:eu-west-1:123456789012:cluster/demo/1-2",
        "bootstrapServers":"b-2.demo:9092,b-1.demo:9092","records":{records}}}"#
    );
    serde_json::from_str(&json).unwrap()
}

fn single(record: &str) -> Result<EventRecord, RecordError> {
    let mut event = event(&format!(r#"{{"flights-0":[{record}]}}"#));
    event.partitions.remove(0).records.remove(0)
}

fn good(record: &str) -> EventRecord {
    single(record).unwrap_or_else(|bad| panic!("{bad}: {record}"))
}

/// The record with one member changed; with `None` it is missing.
fn with(name: &str, json: Option<&str>) -> String {
    let mut members = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(WHOLE).unwrap();
    members.remove(name);
    let others = serde_json::to_string(&members).unwrap();
    match json {
        Some(json) => others.replacen('{', &format!(r#"{{"{name}":{json},"#), 1),
        None => others,
    }
}

fn fails_the_whole_published_event(record: &str) -> bool {
    let json = format!(r#"{{"eventSource":"aws:kafka","records":{{"flights-0":[{record}]}}}}"#);
    serde_json::from_str::<aws_lambda_events::kafka::KafkaEvent>(&json).is_err()
}

fn headers(json: &str) -> Vec<(String, Option<Vec<u8>>)> {
    let headers = good(&with("headers", Some(json))).headers;
    headers.iter().map(|(name, value)| (name.to_owned(), value.map(|value| value.to_vec()))).collect()
}

#[test]
fn the_documented_event_is_read() {
    let record = good(WHOLE);
    assert_eq!((&*record.topic, record.partition, record.offset), ("flights", 0, 15));
    assert_eq!(record.timestamp.unwrap().duration_since(UNIX_EPOCH).unwrap().as_millis(), 1_545_084_650_987);
    assert_eq!((record.key.unwrap(), record.value.unwrap()), ("N14228".into(), "Hello".into()));
    assert_eq!(record.headers.last("headerKey"), Some(Some(&"hello".into())));
    assert_eq!(record.cluster_arn.as_deref(), Some("arn:aws:kafka:eu-west-1:123456789012:cluster/demo/1-2"));
    let json =
        format!(r#"{{"eventSource":"SelfManagedKafka","bootstrapServers":"a:9092","records":{{"t-0":[{WHOLE}]}}}}"#);
    let event: KafkaEvent = serde_json::from_str(&json).unwrap();
    assert_eq!(event.partitions[0].records[0].as_ref().unwrap().cluster_arn, None);
}

/// Each of these fails the whole event in the published type (1.2.1); should one stop to, it may go from this table.
#[test]
fn what_fails_a_whole_event_elsewhere_costs_nothing_here() {
    let table = [
        ("headers", Some(r#"[{"a":[128,255]}]"#)),
        ("headers", Some(r#"[{"a":null}]"#)),
        ("headers", None),
        ("headers", Some("null")),
        ("headers", Some(r#"[{"a":"text"}]"#)),
        ("value", Some(r#"{"tailnum":"N14228"}"#)),
        ("timestamp", Some("-1")),
        ("timestamp", None),
        ("timestamp", Some("9223372036854775807")),
        ("offset", Some(r#""15""#)),
    ];
    for (name, json) in table {
        let record = with(name, json);
        assert!(fails_the_whole_published_event(&record), "{record}");
        assert_eq!(good(&record).offset, 15, "{record}");
    }
}

#[test]
fn a_tombstone_is_told_from_an_empty_value() {
    for (value, expected) in [
        (None, None),
        (Some("null"), None),
        (Some(r#""""#), Some("")),
        (Some(r#""SGVsbG8=""#), Some("Hello")),
        (Some(r#""SGVsbG8\u003d""#), Some("Hello")),
    ] {
        let value = good(&with("value", value)).value;
        assert_eq!(value.as_deref(), expected.map(str::as_bytes), "{value:?}");
    }
}

#[test]
fn a_value_that_is_json_already_is_its_own_text() {
    for json in [r#"{"a" : [1, "x"]}"#, r#"[1, {"b":null}]"#, "7", "1.50", "true", "false", "{}", "[]"] {
        assert_eq!(good(&with("value", Some(json))).value.unwrap(), json.as_bytes(), "{json}");
    }
}

#[test]
fn no_key_is_told_from_an_empty_one_and_every_other_key_is_there() {
    for (key, expected) in [
        (None, None),
        (Some("null"), None),
        (Some(r#""""#), Some(&b""[..])),
        (Some(r#""TjE0MjI4""#), Some(b"N14228")),
        (Some(r#""/w==""#), Some(b"\xff")),
        // What is not base64 is a key, too.
        (Some(r#""N14228""#), Some(b"N14228")),
        (Some("7"), Some(b"7")),
        (Some(r#"{"id":7}"#), Some(br#"{"id":7}"#)),
    ] {
        assert_eq!(good(&with("key", key)).key.as_deref(), expected, "{key:?}");
    }
}

/// Each form holds the same two headers: bytes that are text, and bytes that are not.
#[test]
fn headers_are_read_in_every_form_that_was_seen() {
    let expected = vec![("a".to_owned(), Some(b"hi".to_vec())), ("b".to_owned(), Some(vec![195, 164]))];
    for json in [
        r#"[{"a":[104,105]},{"b":[-61,-92]}]"#,
        r#"[{"a":[104,105]},{"b":[195,164]}]"#,
        r#"[{"a":[104,105]},{"b":[-61,164]}]"#,
        r#"[{"a":["104","105"]},{"b":["-61","164"]}]"#,
        r#"[{"a":{"0":104,"1":105}},{"b":{"1":-92,"0":"-61"}}]"#,
        r#"[{"a":[104,105],"b":[195,164]}]"#,
        r#"{"0":{"a":[104,105]},"1":{"b":[195,164]}}"#,
        r#"{"0":{"a":{"0":104,"1":105}},"1":{"b":{"0":195,"1":164}}}"#,
        r#"{"a":[104,105],"b":[-61,-92]}"#,
        r#"{"a":{"0":104,"1":105},"b":{"0":"195","1":"164"}}"#,
        r#"[{"a":"hi"},{"b":"\u00e4"}]"#,
        r#"{"a":"hi","b":"ä"}"#,
        r#"[null,7,"x",[],{"a":[104,105]},{},{"b":[-61,-92]}]"#,
    ] {
        assert_eq!(headers(json), expected, "{json}");
    }
    for json in ["[]", "{}", "7", r#""x""#, "true", "[[104]]"] {
        assert_eq!(headers(json), [], "{json}");
    }
}

#[test]
fn headers_keep_their_order_and_their_repetitions_also_within_one_object() {
    let names = |json| headers(json).into_iter().map(|(name, value)| format!("{name}={value:?}")).collect::<Vec<_>>();
    let expected = ["b=Some([1])", "a=Some([2])", "b=Some([3])", "B=Some([])", "b=None"];
    assert_eq!(names(r#"[{"b":[1]},{"a":[2]},{"b":[3]},{"B":[]},{"b":null}]"#), expected);
    assert_eq!(names(r#"[{"b":[1],"a":[2],"b":[3],"B":[],"b":null}]"#), expected);
    assert_eq!(names(r#"{"b":[1],"a":[2],"b":[3],"B":[],"b":null}"#), expected);
    // More than ten places, of which text would have the tenth before the second.
    let places: Vec<_> = (0..12).map(|place| format!(r#""{place}":{{"h":[{place}]}}"#)).collect();
    let values: Vec<_> =
        headers(&format!("{{{}}}", places.join(","))).into_iter().map(|(_, it)| it.unwrap()[0]).collect();
    assert_eq!(values, (0..12).collect::<Vec<_>>());
}

/// A header is looked at by few, and its record is wanted by all.
#[test]
fn a_header_that_cannot_be_read_is_there_without_a_value() {
    for value in
        ["null", "7", "true", "[256]", "[-129]", "[1.5]", "[null]", r#"["x"]"#, r#"{"x":1}"#, r#""\ud800""#, "[[1]]"]
    {
        assert_eq!(headers(&format!(r#"[{{"a":{value}}}]"#)), [("a".to_owned(), None)], "{value}");
    }
    // Half of a surrogate pair in one name costs no other header.
    let read = headers(r#"[{"\ud800":[1],"a":[2]}]"#);
    assert_eq!((read.len(), &read[1]), (2, &("a".to_owned(), Some(vec![2]))), "{read:?}");
}

#[test]
fn a_timestamp_that_is_none_costs_nothing_but_itself() {
    for (json, expected) in [
        (None, None),
        (Some("null"), None),
        (Some("-1"), None),
        (Some("0"), Some(0)),
        (Some(r#""1545084650987""#), Some(1_545_084_650_987)),
        (Some("253402300799999"), Some(253_402_300_799_999)),
        (Some("253402300800000"), None),
        (Some("9223372036854775807"), None),
        (Some("-9223372036854775808"), None),
        (Some("1e300"), None),
        (Some(r#""soon""#), None),
        (Some("{}"), None),
    ] {
        let timestamp = good(&with("timestamp", json)).timestamp;
        let millis = timestamp.map(|time| time.duration_since(UNIX_EPOCH).unwrap().as_millis());
        assert_eq!(millis, expected, "{json:?}");
    }
}

/// Without offset and partition there is nothing to tell Lambda; with them, a record that cannot be read has a name.
#[test]
fn one_bad_record_fails_itself_only() {
    let table = [
        (with("offset", None), None, Some(0), "offset is missing"),
        (with("offset", Some("null")), None, Some(0), "null"),
        (with("offset", Some("-1")), None, Some(0), "a number"),
        (with("offset", Some("1.5")), None, Some(0), "a number"),
        (with("offset", Some("9223372036854775808")), None, Some(0), "a number"),
        (with("offset", Some(r#""""#)), None, Some(0), "a string"),
        (with("offset", Some("[15]")), None, Some(0), "an array"),
        (with("partition", None), Some(15), None, "partition is missing"),
        (with("partition", Some("-1")), Some(15), None, "a number"),
        (with("partition", Some("2147483648")), Some(15), None, "a number"),
        (with("partition", Some("{}")), Some(15), None, "an object"),
        (with("value", Some(r#""%%%""#)), Some(15), Some(0), "base64"),
        (with("value", Some(r#""\ud800""#)), Some(15), Some(0), "base64"),
        ("null".to_owned(), None, None, "null"),
        ("7".to_owned(), None, None, "integer"),
        ("[]".to_owned(), None, None, "sequence"),
        ("{}".to_owned(), None, None, "offset is missing"),
    ];
    for (bad, offset, partition, reason) in table {
        let event = event(&format!(r#"{{"other-1":[{WHOLE}],"flights-0":[{WHOLE},{bad},{WHOLE}]}}"#));
        let is_ok: Vec<_> = event.partitions.iter().flat_map(|it| &it.records).map(Result::is_ok).collect();
        assert_eq!(is_ok, [true, true, false, true], "{bad}");
        let error = event.partitions[1].records[1].as_ref().unwrap_err();
        assert_eq!((error.offset, error.partition, error.index), (offset, partition, 1), "{bad}");
        assert!(error.to_string().starts_with("record 1 of flights-0 in the event"), "{error}");
        assert!(error.reason.contains(reason), "{error}");
        assert_eq!(error.is_named(), offset.is_some() && partition.is_some(), "{error}");
    }
}

/// The text goes into the log, and where the whole event fails to Lambda's destination.
#[test]
fn what_cannot_be_read_is_told_of_without_a_word_of_it() {
    for bad in [
        with("offset", Some(r#""alice""#)),
        with("offset", Some("4111111111111111.5")),
        with("partition", Some(r#"{"alice":1}"#)),
        with("value", Some(r#""alice%""#)),
        r#""alice""#.to_owned(),
        r#"["alice"]"#.to_owned(),
    ] {
        let error = single(&bad).unwrap_err().to_string();
        assert!(!error.contains("alice") && !error.contains("4111"), "{bad}: {error}");
    }
    for json in
        [r#""alice""#, r#"{"records":"alice"}"#, r#"{"records":["alice"]}"#, "4111111111111111", r#"{"alice":1}"#]
    {
        let error = serde_json::from_str::<KafkaEvent>(json).unwrap_err().to_string();
        assert!(!error.contains("alice") && !error.contains("4111"), "{json}: {error}");
        assert!(error.starts_with("not a Kafka event, an object "), "{json}: {error}");
    }
}

/// In a map that is not one of a program's memory, the order would differ from run to run.
#[test]
fn partitions_stand_in_the_order_of_the_event() {
    let numbers: Vec<u32> = (0..200).map(|place| (place * 7919) % 1000).collect();
    let lists: Vec<_> = numbers.iter().map(|number| format!(r#""t-{number}":[]"#)).collect();
    let event = event(&format!("{{{}}}", lists.join(",")));
    let names: Vec<_> = event.partitions.iter().map(|it| it.name.to_string()).collect();
    assert_eq!(names, numbers.iter().map(|number| format!("t-{number}")).collect::<Vec<_>>());
}

#[test]
fn a_record_is_of_the_topic_and_partition_that_it_names_and_its_list_keeps_its_own_name() {
    let table = [
        ("a-b-0", r#""topic":"a-b","partition":0"#, ("a-b", 0)),
        // The record knows better than the name of its list.
        ("a-0", r#""topic":"b","partition":7"#, ("b", 7)),
        ("flights", r#""topic":"flights","partition":3"#, ("flights", 3)),
        ("", r#""topic":"flights","partition":"3""#, ("flights", 3)),
        // Only where it says nothing, the list's name says the topic.
        ("a-b-0", r#""partition":0"#, ("a-b", 0)),
        ("a-b-0", r#""topic":null,"partition":0"#, ("a-b", 0)),
        ("a-b-0", r#""topic":"","partition":1"#, ("a-b-0", 1)),
        ("-0", r#""partition":0"#, ("-0", 0)),
    ];
    for (name, members, expected) in table {
        let event = event(&format!(r#"{{"{name}":[{{{members},"offset":1}}]}}"#));
        let EventPartition { name: own, records } = &event.partitions[0];
        let record = records[0].as_ref().unwrap();
        assert_eq!(((&*record.topic, record.partition), &**own), (expected, name), "{name}: {members}");
    }
}

#[test]
fn the_records_of_a_partition_are_read_whatever_became_of_their_list() {
    let record = |offset: usize| format!(r#"{{"topic":"t","partition":0,"offset":{offset}}}"#);
    let [a, b] = [record(1), record(2)];
    let table = [
        (format!(r#"{{"t-0":[{a},{b}]}}"#), vec![1, 2]),
        (format!(r#"{{"t-0":{{"1":{b},"0":{a}}}}}"#), vec![1, 2]),
        (format!(r#"{{"t-0":{{"10":{b},"9":{a}}}}}"#), vec![1, 2]),
        (format!(r#"{{"t-0":{a}}}"#), vec![1]),
        // Named twice, it is one partition still.
        (format!(r#"{{"t-0":[{a}],"u-0":[],"t-0":[{b}]}}"#), vec![1, 2]),
        // A copy is a copy.
        (format!(r#"{{"t-0":[{a},{a}]}}"#), vec![1, 1]),
        (r#"{"t-0":null}"#.to_owned(), vec![]),
        (r#"{"t-0":{}}"#.to_owned(), vec![]),
    ];
    for (json, expected) in table {
        let event = event(&json);
        let offsets: Vec<_> = event.partitions[0].records.iter().map(|it| it.as_ref().unwrap().offset).collect();
        assert_eq!(offsets, expected, "{json}");
    }
    for odd in ["7", r#""x""#, "true", r#"{"x":1}"#] {
        let event = event(&format!(r#"{{"t-0":{odd},"u-0":[{WHOLE}]}}"#));
        let [t, u] = &event.partitions[..] else { panic!("{odd}: {event:?}") };
        assert!(matches!(t.records[..], [Err(_)]) && matches!(u.records[..], [Ok(_)]), "{odd}: {event:?}");
    }
}

#[test]
fn what_only_a_schema_registry_has_to_say_is_passed_over() {
    let record = WHOLE.replacen(
        '{',
        r#"{"keySchemaMetadata":{"dataFormat":"AVRO","schemaId":"1"},"valueSchemaMetadata":null,"x":[{}],"#,
        1,
    );
    assert_eq!(good(&record), good(WHOLE));
    // Of a member that is there twice, the last counts.
    assert_eq!(good(&WHOLE.replacen('{', r#"{"offset":1,"offset":null,"#, 1)), good(WHOLE));
}

#[test]
fn many_records_and_long_headers_are_read() {
    let long = format!(r#"[{{"h":[{}]}}]"#, vec!["-1"; 100_000].join(","));
    assert_eq!(headers(&long)[0].1.as_ref().unwrap(), &vec![255; 100_000]);
    let records = vec![WHOLE; 10_000].join(",");
    assert_eq!(event(&format!(r#"{{"flights-0":[{records}]}}"#)).partitions[0].records.len(), 10_000);
}
