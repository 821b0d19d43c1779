//! `kinetrace inspect`, on the sample events and on what other programs put on a stream.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::program::{Finished, run_with, sample};

const FLIGHT_1545: &str = r#"{"tailnum":"N14228","carrier":"UA","flight":1545,"origin":"EWR","dest":"IAH","departed":"2013-01-01T05:17:00","dep_delay":2,"arr_delay":11,"air_time":227,"distance":1400}"#;
const FLIGHT_79: &str = r#"{"tailnum":"N593JB","carrier":"B6","flight":79,"origin":"JFK","dest":"MCO","departed":"2013-01-01T05:57:00","dep_delay":-3,"arr_delay":-8,"air_time":140,"distance":944}"#;
const FLIGHT_1714: &str = r#"{"tailnum":"N24211","carrier":"UA","flight":1714,"origin":"LGA","dest":"IAH","departed":"2013-01-01T05:33:00","dep_delay":4,"arr_delay":20,"air_time":227,"distance":1416}"#;
const FLIGHT_991: &str = r#"{"tailnum":"N593JB","carrier":"B6","flight":991,"origin":"JFK","dest":"PBI","departed":"2013-01-01T13:10:00","dep_delay":10,"arr_delay":5,"air_time":150,"distance":1028}"#;
const FLIGHT_194: &str = r#"{"tailnum":"N29129","carrier":"UA","flight":194,"origin":"JFK","dest":"LAX","departed":"2013-01-01T05:58:00","dep_delay":-2,"arr_delay":7,"air_time":345,"distance":2475}"#;
const FLIGHT_1696: &str = r#"{"tailnum":"N39463","carrier":"UA","flight":1696,"origin":"EWR","dest":"ORD","departed":"2013-01-01T05:54:00","dep_delay":-4,"arr_delay":12,"air_time":150,"distance":719}"#;

/// What is printed of a record, to the byte, but for the payload, which is given here as text.
const ENVELOPE: [(&str, &str); 1] = [(
    r#"{"index":0,"sub_index":0,"format":"envelope","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","sampled":true,"tracestate":null,"partition_key":"N14228","payload_base64":"…"}"#,
    FLIGHT_1545,
)];
const PARTITION_KEY: [(&str, &str); 1] = [(
    r#"{"index":0,"sub_index":0,"format":"partition_key","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","sampled":true,"tracestate":null,"partition_key":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","payload_base64":"…"}"#,
    FLIGHT_1545,
)];
const PLAIN: [(&str, &str); 1] = [(
    r#"{"index":0,"sub_index":0,"format":"none","trace_id":null,"span_id":null,"sampled":null,"tracestate":null,"partition_key":"N14228","payload_base64":"…"}"#,
    FLIGHT_1545,
)];
const BATCH: [(&str, &str); 5] = [
    (
        r#"{"index":0,"sub_index":0,"format":"envelope","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","sampled":true,"tracestate":null,"partition_key":"N593JB","payload_base64":"…"}"#,
        FLIGHT_79,
    ),
    (
        r#"{"index":1,"sub_index":0,"format":"none","trace_id":null,"span_id":null,"sampled":null,"tracestate":null,"partition_key":"N24211","payload_base64":"…"}"#,
        FLIGHT_1714,
    ),
    (
        r#"{"index":2,"sub_index":0,"format":"envelope","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","sampled":true,"tracestate":null,"partition_key":"N593JB","payload_base64":"…"}"#,
        FLIGHT_991,
    ),
    (
        r#"{"index":3,"sub_index":0,"format":"none","trace_id":null,"span_id":null,"sampled":null,"tracestate":null,"partition_key":null,"payload_base64":"…"}"#,
        FLIGHT_194,
    ),
    (
        r#"{"index":4,"sub_index":0,"format":"envelope","trace_id":"7b2f9d1c4e5a4f0f8a3b6c2d1e0f9a8b","span_id":"1a2b3c4d5e6f7081","sampled":true,"tracestate":null,"partition_key":"N39463","payload_base64":"…"}"#,
        FLIGHT_1696,
    ),
];

fn inspect(event: &str) -> Finished {
    let finished = run_with(&["inspect"], &[], event.as_bytes());
    assert_eq!((finished.code, finished.stderr.as_str()), (Some(0), ""), "{finished:#?}");
    finished
}

/// An event of these records, of data in base64 and a partition key.
fn event(records: &[(&str, &str)]) -> String {
    let record = |(data, key): &(&str, &str)| {
        json!({
            "kinesis": {"partitionKey": key, "sequenceNumber": "1", "data": data},
            "eventID": "shardId-000000000000:1",
            "eventSourceARN": "arn:aws:kinesis:eu-central-1:123456789012:stream/flights"
        })
    };
    json!({"Records": records.iter().map(record).collect::<Vec<_>>()}).to_string()
}

#[test]
fn every_sample_event_is_inspected_as_documented() {
    let table = [("envelope", &ENVELOPE[..]), ("partition-key", &PARTITION_KEY), ("plain", &PLAIN), ("batch", &BATCH)];
    for (name, golden) in table {
        let line = |(line, payload): &(&str, &str)| line.replace('…', &BASE64.encode(payload)) + "\n";
        let golden: String = golden.iter().map(line).collect();
        assert_eq!(inspect(&sample(&format!("events/kinesis-{name}.json"))).stdout, golden, "{name}");
    }
}

#[test]
fn tracestate_and_an_unsampled_context_are_shown() {
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    let data = format!(r#"{{"_otel":{{"traceparent":"{traceparent}","tracestate":"rojo=1,congo=2"}},"data":1}}"#);
    let line: Value = serde_json::from_str(&inspect(&event(&[(&BASE64.encode(data), "k")])).stdout).unwrap();
    assert_eq!((&line["sampled"], &line["tracestate"]), (&false.into(), &"rojo=1,congo=2".into()), "{line}");
}

/// The fixture holds bytes that other programs write, or that were seen in the wild: those that are an envelope, a
/// partition key, or nothing to us.
#[test]
fn what_other_programs_write_is_read_as_they_mean_it() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("../fixtures/foreign-formats.json")).unwrap();
    let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
    let records: Vec<_> = vectors.iter().map(|v| (text(v, "data_base64"), text(v, "partition_key"))).collect();
    let records: Vec<_> = records.iter().map(|(data, key)| (data.as_str(), key.as_str())).collect();
    let lines = inspect(&event(&records)).stdout;
    assert_eq!(lines.lines().count(), vectors.len());
    for (vector, line) in vectors.iter().zip(lines.lines()) {
        let line: Value = serde_json::from_str(line).unwrap();
        let expected = &vector["expect"][0];
        for (name, expected) in [
            ("format", &expected["format"]),
            ("trace_id", &expected["context"]["trace_id"]),
            ("span_id", &expected["context"]["span_id"]),
            ("sampled", &expected["context"]["sampled"]),
            ("partition_key", &vector["partition_key"]),
            ("payload_base64", &expected["payload_base64"]),
        ] {
            assert_eq!(&line[name], expected, "{name} of {}", vector["producer"]);
        }
    }
}
