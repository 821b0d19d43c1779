//! Standard input of `kinetrace inspect` that holds no records, or only in part.

use serde_json::Value;

use crate::program::{run_with, sample};

#[test]
fn input_that_is_not_a_kinesis_event_says_so() {
    let http = sample("events/producer-http.json");
    for (input, reason) in [
        ("{}", "`Records`"),
        ("", "empty"),
        ("not JSON", "expected"),
        ("[]", "EventBridge Pipes"),
        (r#"{"Records":1}"#, "sequence"),
        (r#"{"Records":[{]}"#, "line 1 column 14"),
        (&http, "HTTP request"),
    ] {
        let finished = run_with(&["inspect"], &[], input.as_bytes());
        finished.assert_error(2, &["standard input", "no event of Kinesis or Kafka", reason]);
        assert_eq!(finished.stdout, "", "{input}");
    }
    let finished = run_with(&["inspect"], &[], b"{\"Records\":[\"\xff\"]}");
    finished.assert_error(2, &["standard input", "no event of Kinesis or Kafka"]);
}

#[test]
fn one_bad_record_is_named_and_the_others_are_shown() {
    type Damage = fn(&mut Value);
    let damages: [(Damage, &str); 4] = [
        (|record| record["kinesis"]["data"] = "%".into(), "base64"),
        (|record| record["kinesis"]["data"] = Value::Null, "null"),
        (|record| drop(record["kinesis"].as_object_mut().unwrap().remove("sequenceNumber")), "sequenceNumber"),
        (|record| *record = Value::Null, "null"),
    ];
    for (damage, reason) in damages {
        let mut event: Value = serde_json::from_str(&sample("events/kinesis-batch.json")).unwrap();
        damage(&mut event["Records"][1]);
        let finished = run_with(&["inspect"], &[], event.to_string().as_bytes());
        finished.assert_error(1, &["record 1 of the event", reason]);
        let index = |line: &str| serde_json::from_str::<Value>(line).unwrap()["index"].as_u64();
        let shown: Vec<_> = finished.stdout.lines().filter_map(index).collect();
        assert_eq!(shown, [0, 2, 3, 4], "{reason}");
    }
}

#[test]
fn an_event_without_records_is_accepted() {
    let finished = run_with(&["inspect"], &[], br#"{"Records":[]}"#);
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(0), ""), "{finished:#?}");
}
