//! `kinetrace inspect`, on the sample events and on what other programs put on a stream.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::program::{file, run, run_with, sample};
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
fn files_are_read_one_after_another_and_each_line_names_its_own() {
    let event = event(&[(&BASE64.encode(r#"{"n":1}"#), "k"), (&BASE64.encode("text"), "k")]);
    let (_directory, path) = file("event.json", &event);
    let finished = run_with(&["inspect", &path, "-"], &[], event.as_bytes());
    assert_eq!((finished.code, finished.stderr.as_str()), (Some(0), ""), "{finished:#?}");
    let lines: Vec<Value> = finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let places: Vec<_> = lines.iter().map(|line| (line["file"].clone(), line["index"].clone())).collect();
    let own = json!(path);
    let expected = [(&own, 0), (&own, 1), (&Value::Null, 0), (&Value::Null, 1)];
    assert_eq!(places, expected.map(|(file, index)| (file.clone(), json!(index))));
    assert!(lines.iter().all(|line| line["input"] == "lambda_event" && line["sequence_number"] == "1"), "{lines:?}");
}

#[test]
fn one_input_without_records_fails_the_command_and_hides_no_other() {
    let event = event(&[(&BASE64.encode(r#"{"n":1}"#), "k")]);
    let (_directory, good) = file("good.json", &event);
    let (_other, bad) = file("bad.json", "{\"Records\":[");
    let finished = run(&["inspect", &bad, &good]);
    finished.assert_error(2, &["bad.json", "no event of Kinesis or Kafka", "EOF", "--raw"]);
    assert_eq!(finished.stdout.lines().count(), 1);
    run(&["inspect", "/there/is/none.json"]).assert_error(2, &["/there/is/none.json", "No such file"]);
}

#[test]
fn without_a_file_a_discarded_batch_is_inspected_as_the_bucket_has_it() {
    let traceparent = TRACEPARENT;
    let event = event(&[(&BASE64.encode(format!(r#"{{"_otel":{{"traceparent":"{traceparent}"}},"data":1}}"#)), "k")]);
    let batch = json!({"shardId": "shardId-000000000000", "startSequenceNumber": "1", "endSequenceNumber": "1",
        "batchSize": 1, "streamArn": "arn:aws:kinesis:eu-central-1:123456789012:stream/flights"});
    let context = json!({"condition": "RetryAttemptsExhausted"});
    let whole = json!({"requestContext": context, "version": "1.0", "KinesisBatchInfo": batch, "payload": event});
    let finished = run_with(&["inspect"], &[], whole.to_string().as_bytes());
    let line: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!((finished.code, &line["trace_id"]), (Some(0), &json!(&TRACEPARENT[3..35])), "{finished:#?}");
    assert_eq!(line["input"], "lambda_event in discarded_batch");
    assert!(
        finished.stderr.contains("a discarded batch of shardId-000000000000: batch size 1, from 1 to 1"),
        "{finished:#?}"
    );

    let without = json!({"requestContext": context, "version": "1.0", "KinesisBatchInfo": batch});
    let finished = run_with(&["inspect"], &[], without.to_string().as_bytes());
    finished.assert_error(1, &["standard input", "shardId-000000000000", "retention"]);
    assert!(finished.stderr.contains("aws kinesis get-shard-iterator --region eu-central-1"), "{finished:#?}");
}

#[test]
fn a_context_is_read_by_the_propagators_that_are_named() {
    let b3 = r#"{"_otel":{"b3":"0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1"},"data":1}"#;
    let event = event(&[(&BASE64.encode(b3), "k")]);
    for (args, trace_id, propagator, hint) in [
        (&["inspect"][..], json!("0af7651916cd43dd8448eb211c80319c"), json!("b3"), "OTEL_PROPAGATORS names b3"),
        (&["inspect", "--propagators", "tracecontext,baggage"], Value::Null, Value::Null, "needs b3"),
        (&["inspect", "--propagators", "tracecontext,b3"], json!("0af7651916cd43dd8448eb211c80319c"), json!("b3"), ""),
        // As `--propagators "$OTEL_PROPAGATORS"` is where that is not set.
        (&["inspect", "--propagators", ""], Value::Null, Value::Null, "needs b3"),
        (&["inspect", "--propagators", "none"], Value::Null, Value::Null, "needs b3"),
    ] {
        let finished = run_with(args, &[], event.as_bytes());
        let line: Value = serde_json::from_str(&finished.stdout).unwrap();
        assert_eq!((&line["trace_id"], &line["propagator"]), (&trace_id, &propagator), "{args:?}: {line}");
        assert!(line["hint"].as_str().unwrap_or_default().contains(hint), "{args:?}: {line}");
        assert_eq!(line["hint"].is_null(), hint.is_empty(), "{args:?}: {line}");
    }
    // What is not read hides nothing that is.
    let both = b3.replace("\"data\":1", &format!("\"data\":{{\"traceparent\":\"{TRACEPARENT}\"}}"));
    let both = self::event(&[(&BASE64.encode(both), "k")]);
    for propagators in ["tracecontext", ""] {
        let finished = run_with(&["inspect", "--propagators", propagators], &[], both.as_bytes());
        assert!(finished.stdout.contains(&TRACEPARENT[3..35]), "{finished:#?}");
    }
    run(&["inspect", "--propagators", "jaeger"]).assert_error(2, &["--propagators", "jaeger", "tracecontext"]);
}

#[test]
fn what_looks_like_an_event_is_the_data_of_a_record_if_one_says_so() {
    let event = event(&[("%", "k")]);
    let finished = run_with(&["inspect", "--raw"], &[], event.as_bytes());
    let line: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!((finished.code, &line["format"], &line["input"]), (Some(0), &json!("none"), &json!("raw")));
    assert_eq!(line["payload_base64"], BASE64.encode(&event));
    assert_eq!(run_with(&["inspect", "--raw"], &[], b"").code, Some(0));
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
            // A value is the business's.
            _ if name.starts_with("kafka-") => golden(&name),
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
fn stripping_leaves_every_other_byte_as_it_was_and_is_off_by_default() {
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
        // No context, so they belong to the payload.
        (r#"{"n":1,"traceparent":"later","_datadog":{}}"#.to_owned(), r#"{"n":1,"traceparent":"later","_datadog":{}}"#),
    ];
    for (data, bare) in table {
        let event = event(&[(&BASE64.encode(&data), "k")]);
        assert_eq!(inspect(&["--strip-foreign"], &event)[0].1, bare, "{data}");
        assert_eq!(inspect(&[], &event)[0].1, data);
    }
}
