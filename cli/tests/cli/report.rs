//! `kinetrace report`: what it reads, what it writes, and what it says.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::program::{Finished, file, run, run_with};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn put(number: u64) -> String {
    json!({
        "event": "produce", "stream": "flights", "group": "N14228",
        "order": {"producer": "00000000000000ab", "sequence": number - 1}, "outcome": "acknowledged",
        "shard": "shardId-000000000000", "sequence_number": number.to_string(),
        "start": 1_000_000 * number, "end": 1_000_000 * number + 5_000,
        "context": {"trace_id": TRACE, "span_id": "00f067aa0ba902b7"}, "payload_crc32": 7,
    })
    .to_string()
}

fn processed(number: u64, outcome: &str) -> String {
    json!({
        "event": "process", "stream": "flights", "group": "N14228",
        "order": {"producer": "00000000000000ab", "sequence": number - 1}, "outcome": outcome,
        "shard": "shardId-000000000000", "sequence_number": number.to_string(), "function": "consumer",
        "start": 1_000_000 * number + 9_000, "end": 1_000_000 * number + 10_000, "request_id": format!("r-{number}"),
        "format": "otel", "span": {"trace_id": TRACE, "span_id": "00f067aa0ba902b8"}, "relation": "parent",
        "context": {"trace_id": TRACE, "span_id": "00f067aa0ba902b7"}, "payload_crc32": 7,
    })
    .to_string()
}

/// Three records, of which the last is not processed if it is lost.
fn history(is_lost: bool) -> String {
    let last = if is_lost { "failed" } else { "succeeded" };
    let lines =
        (1..=3).flat_map(|number| [put(number), processed(number, if number == 3 { last } else { "succeeded" })]);
    lines.map(|line| line + "\n").collect()
}

/// Runs it on one history, and opens what it wrote.
fn report(history: &str, more: &[&str]) -> (Finished, Value) {
    let (directory, path) = file("run.ndjson", history);
    let output = directory.path().join("report.html");
    let arguments = [&["report", "--history", &path, "--output", output.to_str().unwrap()][..], more].concat();
    let finished = run(&arguments);
    (finished, opened(&output))
}

fn opened(path: &Path) -> Value {
    let html = fs::read_to_string(path).unwrap();
    let (_, rest) = html.split_once("id=\"data\">").unwrap();
    let packed = BASE64.decode(rest.split_once('<').unwrap().0).unwrap();
    let mut json = String::new();
    flate2::read::ZlibDecoder::new(&packed[..]).read_to_string(&mut json).unwrap();
    serde_json::from_str(&json).unwrap()
}

#[test]
fn a_history_becomes_a_page_and_the_exit_code_is_that_of_verify() {
    let (finished, page) = report(&history(false), &["--title", "Tuesday"]);
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    assert!(finished.stdout.ends_with("verdict: order kept, nothing lost\n"), "{}", finished.stdout);
    assert_eq!((&page["title"], &page["kind"]), (&json!("Tuesday"), &json!("report")));
    assert_eq!(page["verdict"]["conclusion"], "holds");
    assert_eq!(page["records"]["columns"]["state"], json!([2, 2, 2]));
}

#[test]
fn a_violation_leads_to_its_record() {
    let (finished, page) = report(&history(true), &[]);
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    assert_eq!(page["verdict"]["conclusion"], "violated");
    let properties = page["verdict"]["properties"].as_array().unwrap();
    let loss = properties.iter().find(|property| property["name"] == "no loss").unwrap();
    assert_eq!(loss["examples"][0]["records"], json!([2]));
    assert_eq!(page["records"]["columns"]["state"], json!([2, 2, 5]));
}

#[test]
fn the_output_of_cloudwatch_is_read_from_files_and_from_standard_input() {
    let line = |line: &str| format!("2026-01-07T09:00:00 2026/01/07/[$LATEST]abc {line}\nEND RequestId: 1\n");
    let log: String = history(false).lines().map(line).collect();
    let (directory, producer) = file("producer.log", put(1) + "\n");
    let output = directory.path().join("report.html");
    let arguments = ["report", "--history", &producer, "-", "--output", output.to_str().unwrap()];
    let finished = run_with(&arguments, &[], log.as_bytes());
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    assert_eq!(opened(&output)["records"]["columns"]["key"].as_array().unwrap().len(), 3, "one line was read twice");
}

#[test]
fn the_last_records_are_on_the_page_and_the_verdict_is_on_all() {
    let (finished, page) = report(&history(false), &["--keep", "1"]);
    assert_eq!(page["records"]["columns"]["sequence"], json!(["3"]));
    assert_eq!(page["verdict"]["properties"][0]["checked"], 3);
    assert_eq!(page["omitted"], json!(["the first 2 records: see --keep"]));
    assert!(finished.stdout.contains("left out: the first 2 records"), "{}", finished.stdout);
}

#[test]
fn spans_of_a_file_are_on_the_page_with_their_attributes() {
    let span = json!({
        "traceId": TRACE, "spanId": "00f067aa0ba902b7", "name": "send flights", "kind": 4,
        "startTimeUnixNano": "1000000000", "endTimeUnixNano": "1005000000",
        "attributes": [{"key": "messaging.system", "value": {"stringValue": "aws_kinesis"}}],
        "events": [{"name": "put", "timeUnixNano": "1001000000"}],
    });
    let service = json!({"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]});
    let document = json!({"resourceSpans": [{"resource": service, "scopeSpans": [{"spans": [span]}]}]});
    let text = document.to_string();
    // The last line was cut.
    let (_directory, spans) = file("traces.json", format!("{text}\n{}", &text[..text.len() / 2]));
    let (finished, page) = report(&history(false), &["--spans", &spans]);
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    assert!(finished.stdout.contains("traces.json that were cut: 1\n"), "{}", finished.stdout);
    assert_eq!(page["spans"]["columns"]["record"], json!([2]), "the last one that was sent with this span");
    let details = &page["details"]["traces"][TRACE][0];
    assert_eq!(
        (&details["service"], &details["attributes"]["messaging.system"]),
        (&json!("shop"), &json!("aws_kinesis"))
    );
    assert_eq!(details["events"][0]["at"], 1_000);
}

#[test]
fn what_cannot_be_read_or_written_is_named() {
    let (directory, path) = file("run.ndjson", history(false));
    let (_other, text) = file("traces.txt", "no spans here");
    let output = directory.path().join("report.html");
    let output = output.to_str().unwrap();
    let table: [(&[&str], &str); 4] = [
        (&["--history", "absent.ndjson", "--output", output], "absent.ndjson"),
        (&["--history", &text, "--output", output], "traces.txt"),
        (&["--history", &path, "--output", "absent/report.html"], "absent/report.html"),
        (&["--history", &path, "--spans", &text, "--output", output], "traces.txt"),
    ];
    for (arguments, named) in table {
        run(&[&["report"], arguments].concat()).assert_error(2, &[named]);
    }
}
