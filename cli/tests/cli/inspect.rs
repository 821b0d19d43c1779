//! `kinetrace inspect`, on the sample events and on what other programs put on a stream.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::program::{run_with, sample};
use crate::sample_events::{golden, samples};

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// A line of the output: what stands before the payload, as it is printed, and the payload.
type Line = (String, String);

fn inspect(args: &[&str], event: &str) -> Vec<Line> {
    let finished = run_with(&[&["inspect"], args].concat(), &[], event.as_bytes());
    assert_eq!((finished.code, finished.stderr.as_str()), (Some(0), ""), "{finished:#?}");
    assert!(finished.stdout.ends_with('\n'), "{finished:#?}");
    let line = |line: &str| {
        let (head, payload) = line.strip_suffix("\"}")?.split_once(r#","payload_base64":""#)?;
        Some((head.to_owned(), String::from_utf8(BASE64.decode(payload).ok()?).ok()?))
    };
    finished.stdout.lines().map(|text| line(text).unwrap_or_else(|| panic!("{text}"))).collect()
}

fn values(event: &str) -> Vec<Value> {
    let finished = run_with(&["inspect"], &[], event.as_bytes());
    assert_eq!((finished.code, finished.stderr.as_str()), (Some(0), ""), "{finished:#?}");
    finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
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
    for name in samples() {
        assert_eq!(inspect(&[], &sample(&format!("events/{name}.json"))), golden(&name), "{name}");
    }
}

#[test]
fn tracestate_and_an_unsampled_context_are_shown() {
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    let data = format!(r#"{{"_otel":{{"traceparent":"{traceparent}","tracestate":"rojo=1,congo=2"}},"data":1}}"#);
    let line = &values(&event(&[(&BASE64.encode(data), "k")]))[0];
    assert_eq!((&line["sampled"], &line["tracestate"]), (&false.into(), &"rojo=1,congo=2".into()), "{line}");
}

/// The fixture holds bytes that other programs write, or that were seen in the wild.
#[test]
fn what_other_programs_write_is_read_as_they_mean_it() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("../fixtures/foreign-formats.json")).unwrap();
    let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
    let records: Vec<_> = vectors.iter().map(|v| (text(v, "data_base64"), text(v, "partition_key"))).collect();
    let records: Vec<_> = records.iter().map(|(data, key)| (data.as_str(), key.as_str())).collect();
    let mut lines = values(&event(&records)).into_iter();
    for (index, vector) in vectors.iter().enumerate() {
        for (sub_index, expected) in vector["expect"].as_array().unwrap().iter().enumerate() {
            let line = lines.next().unwrap_or_else(|| panic!("nothing is shown of {vector}"));
            let partition_key = expected.get("partition_key").unwrap_or(&vector["partition_key"]);
            for (name, expected) in [
                ("index", &index.into()),
                ("sub_index", &sub_index.into()),
                ("format", &expected["format"]),
                ("trace_id", &expected["context"]["trace_id"]),
                ("span_id", &expected["context"]["span_id"]),
                ("sampled", &expected["context"]["sampled"]),
                ("partition_key", partition_key),
                ("payload_base64", &expected["payload_base64"]),
            ] {
                assert_eq!(&line[name], expected, "{name} of {} {}: {line}", vector["id"], vector["producer"]);
            }
        }
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn stripped_of_what_others_put_there_every_sample_is_the_bare_event_and_its_context_is_still_shown() {
    for name in samples() {
        let stripped = inspect(&["--strip-foreign"], &sample(&format!("events/{name}.json")));
        let expected = match name.as_str() {
            "kinesis-batch" => golden(&name),
            "kinesis-pipes" => bare(&name, &[&flight_1545(), &flight_1545()]),
            "kinesis-kpl" => bare(&name, &[&flight("kinesis-batch", 0), &flight("kinesis-batch", 1), &flight_1545()]),
            "kinesis-cloudevents" => {
                let members = format!(r#""traceparent":"{TRACEPARENT}","tracestate":"rojo=00f067aa0ba902b7","#);
                bare(&name, &[&flight(&name, 0).replace(&members, "")])
            }
            _ => bare(&name, &[&flight_1545()]),
        };
        assert_eq!(stripped, expected, "{name}");
    }
}

/// The golden lines with other payloads.
fn bare(name: &str, payloads: &[&str]) -> Vec<Line> {
    let golden = golden(name);
    assert_eq!(golden.len(), payloads.len(), "{name}");
    golden.into_iter().zip(payloads).map(|((head, _), payload)| (head, (*payload).to_owned())).collect()
}

fn flight(name: &str, line: usize) -> String {
    golden(name).swap_remove(line).1
}

fn flight_1545() -> String {
    flight("kinesis-plain", 0)
}

#[test]
fn stripping_leaves_every_other_byte_as_it_was_and_without_the_flag_there_is_no_stripping() {
    let datadog = r#""_datadog" : { "x-datadog-trace-id" : 7, "x-datadog-parent-id" : "8" }"#;
    let table = [
        (format!(r#" {{ "n" : 1.0 , {datadog} , "m":[ 1e3 ] }} "#), r#" { "n" : 1.0 , "m":[ 1e3 ] } "#),
        (format!("{{\n {datadog},\n \"n\": -0.0\n}}\n"), "{\n \"n\": -0.0\n}\n"),
        (format!(r#"{{"n":"\u0041","_otel":{{"traceparent":"{TRACEPARENT}"}}}}"#), r#"{"n":"\u0041"}"#),
        (
            format!(r#"{{"baggage":"2 bags","n":1,"traceparent":"{TRACEPARENT}","tracestate":"a=1"}}"#),
            r#"{"baggage":"2 bags","n":1}"#,
        ),
        (format!(r#"{{ "traceparent":"{TRACEPARENT}" }}"#), "{  }"),
        // No context, so somebody else's.
        (r#"{"n":1,"traceparent":"later","_datadog":{}}"#.to_owned(), r#"{"n":1,"traceparent":"later","_datadog":{}}"#),
    ];
    for (data, bare) in table {
        let event = event(&[(&BASE64.encode(&data), "k")]);
        assert_eq!(inspect(&["--strip-foreign"], &event)[0].1, bare, "{data}");
        assert_eq!(inspect(&[], &event)[0].1, data);
    }
}
