use serde_json::{Value, json};

use super::*;
use crate::inspect::input::parts;
use crate::inspect::samples::{DATA, seen};

#[test]
fn the_data_of_a_record_are_recognised_by_themselves() {
    let base64 = BASE64.encode(DATA);
    let wrapped =
        base64.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>().join("\n");
    for (input, taken_for, expected) in [
        (DATA.to_owned(), "raw", &[DATA][..]),
        (format!("{DATA}\n"), "raw", &[DATA]),
        (format!("{DATA}\n{{\"a\":1.0}}\n"), "raw", &[DATA, r#"{"a":1.0}"#]),
        (r#"{"a":1.0}"#.to_owned(), "raw", &[r#"{"a":1.0}"#]),
        (base64.clone(), "raw in base64", &[DATA]),
        (wrapped, "raw in base64", &[DATA]),
        (format!("{base64}\t{base64}\n"), "raw in base64", &[DATA, DATA]),
        (json!(base64).to_string(), "raw", &[DATA]),
        (json!([base64, base64]).to_string(), "raw", &[DATA, DATA]),
        (BASE64.encode(&base64), "raw in base64", &[&base64]),
        (BASE64.encode("Hello, this is a test."), "raw in base64", &["Hello, this is a test."]),
        (json!(DATA).to_string(), "raw", &[&json!(DATA).to_string()]),
    ] {
        let (parts, records) = seen(&input).unwrap_or_else(|error| panic!("{input}: {error}"));
        let data: Vec<_> = records.into_iter().map(|record| record.unwrap().0).collect();
        assert_eq!(
            (parts, data),
            (vec![taken_for.to_owned()], expected.iter().map(|it| it.to_string()).collect()),
            "{input}"
        );
    }
    // What an EventBridge rule puts into the stream; and a business word that others have, too.
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for data in [json!({"detail-type": "x", "detail": {"n": 1}}), json!({"errorType": "x", "traceparent": traceparent})]
    {
        assert_eq!(seen(data.to_string()).unwrap().0, ["raw"], "{data}");
    }
    let sample: Value = serde_json::from_str(include_str!("../../../../events/kinesis-kpl.json")).unwrap();
    let aggregate = BASE64.decode(sample["Records"][0]["kinesis"]["data"].as_str().unwrap()).unwrap();
    for (input, taken_for) in [(aggregate.clone(), "raw"), (BASE64.encode(&aggregate).into_bytes(), "raw in base64")] {
        let parts = parts(input).unwrap();
        assert_eq!((&*parts[0].taken_for, &*parts[0].records[0].as_ref().unwrap().data), (taken_for, &*aggregate));
    }
}
