//! The same history as everybody gives it out.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::*;

/// What programs log.
pub(super) fn messages() -> Vec<String> {
    let error = r#""error":"it's \"cut\\off\" at {\"Zürich\":1}, for \u202e no [reason]","outcome":"failed""#;
    let failed = PROCESS.replace(r#""outcome":"succeeded""#, error).replace(r#""end":4"#, r#""end":3"#);
    let line = |line: &str, group, number: u32| {
        line.replace(r#""g""#, group).replace(r#""9""#, &format!("\"{number}\"")).replace(r#":"r""#, r#":"2b""#)
    };
    let key = r#""O'Hare \"x\" \\ 東京""#;
    let [produce, process] = [line(PRODUCE, key, 10), line(PROCESS, key, 10)];
    vec![SHARD.to_owned(), failed, PRODUCE.to_owned(), produce, PROCESS.to_owned(), process]
}

fn joined(messages: &[String], line: impl Fn(&str) -> String) -> Vec<u8> {
    messages.iter().map(|message| line(message)).collect::<String>().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const STREAM: &str = "2026/01/02/[$LATEST]0123456789abcdef";

fn event(message: &str) -> Value {
    json!({"logStreamName": STREAM, "timestamp": 1_767_322_800_000_u64, "message": format!("{message}\n"),
        "ingestionTime": 1_767_322_800_100_u64, "eventId": "39410000"})
}

fn pretty(value: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).unwrap()
}

fn parsed(message: &str) -> Value {
    serde_json::from_str(message).unwrap()
}

fn subscription(messages: &[String]) -> Vec<u8> {
    let event = |message: &str| json!({"id": "3941", "timestamp": 1_767_322_800_000_u64, "message": message});
    let data: Vec<_> = messages.iter().map(|message| event(message)).collect();
    let document = json!({"messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "/aws/lambda/c", "logStream": STREAM,
        "subscriptionFilters": ["all"], "logEvents": data});
    serde_json::to_vec(&document).unwrap()
}

fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// As `filter-log-events` and `get-log-events` are given out, and `tail`.
fn of_the_cli(messages: &[String]) -> Vec<(&'static str, Vec<u8>)> {
    let events: Vec<_> = messages.iter().map(|message| event(message)).collect();
    let found = json!({"events": events, "searchedLogStreams": []});
    let got = json!({"events": events, "nextForwardToken": "f/39/s", "nextBackwardToken": "b/39/s"});
    let text = |message: &str| format!("EVENTS\t3941\t1767322800100\t{STREAM}\t{message}\n\t1767322800000\n");
    let yaml = |message: &str| {
        let message = message.replace('\'', "''").replace(" no [", "\n    no [");
        format!("- eventId: '3941'\n  message: '{message}\n\n    '\n  timestamp: 1767322800000\n")
    };
    let table = |message: &str| format!("||  3941 |  {message}\n | 1767322800000  ||\n");
    let coloured =
        |message: &str| format!("\x1b[32m2026-01-02T03:00:00.000000+00:00\x1b[0m \x1b[36m{STREAM}\x1b[0m {message}\n");
    let tail_json = |message: &str| {
        let json = String::from_utf8(pretty(&parsed(message))).unwrap();
        format!("2026-01-02T03:00:00+00:00 {STREAM} \n{json}\n")
    };
    vec![
        ("tail --format short", joined(messages, |message| format!("2026-01-02T03:00:00 {message}\n"))),
        ("tail --format detailed --color on", joined(messages, coloured)),
        ("tail --format json", joined(messages, tail_json)),
        ("filter-log-events", pretty(&found)),
        ("filter-log-events, compact", serde_json::to_vec(&found).unwrap()),
        ("filter-log-events --query events[].message", pretty(&json!(messages))),
        ("filter-log-events --output text", joined(messages, text)),
        ("filter-log-events --output yaml", joined(messages, yaml)),
        ("filter-log-events --output table", joined(messages, table)),
        ("get-log-events", pretty(&got)),
    ]
}

fn of_insights(messages: &[String]) -> Vec<(&'static str, Vec<u8>)> {
    let row = |message: &str| {
        json!([{"field": "@timestamp", "value": "2026-01-02 03:00:00.000"}, {"field": "@message", "value": message},
            {"field": "@ptr", "value": "CmEKJgoi"}])
    };
    let rows: Vec<_> = messages.iter().map(|message| row(message)).collect();
    let matched = messages.len() as f64;
    let results = json!({"results": rows, "statistics": {"recordsMatched": matched}, "status": "Complete"});
    let export = |message: &str| json!({"@timestamp": "2026-01-02 03:00:00.000", "@message": parsed(message)});
    let export_of_texts = |message: &str| json!({"@timestamp": "2026-01-02 03:00:00.000", "@message": message});
    let csv = |text: &dyn Fn(&str) -> String| {
        let rows = joined(messages, |message| format!("2026-01-02 03:00:00.000,{}\r\n", cell(&text(message))));
        [&b"@timestamp,@message\r\n"[..], &rows].concat()
    };
    let wrapped = |message: &str| json!({"level": "INFO", "message": message}).to_string();
    vec![
        ("get-query-results", pretty(&results)),
        ("get-query-results, compact", serde_json::to_vec(&results).unwrap()),
        ("CSV", csv(&|message| format!("{message}\n"))),
        ("CSV of JSON that holds events", csv(&wrapped)),
        ("CSV of an indented event", csv(&|message| String::from_utf8(pretty(&parsed(message))).unwrap())),
        ("JSON of the console", pretty(&messages.iter().map(|message| export(message)).collect())),
        ("JSON of the console, texts", pretty(&messages.iter().map(|message| export_of_texts(message)).collect())),
    ]
}

/// As functions, engines and collectors of logs put them away.
fn of_others(messages: &[String]) -> Vec<(&'static str, Vec<u8>)> {
    let lines = joined(messages, |message| format!("{message}\n"));
    let sam = |message: &str| format!("{STREAM} 2026-01-02T03:00:00.000000 {}\n", pretty_text(message));
    let highlighted = |message: &str| format!("{STREAM} {}\n", message.replace("stream", "\x1b[4mstream\x1b[0m"));
    let docker = |message: &str| json!({"log": format!("{message}\n"), "stream": "stdout", "time": "2026-01-02"});
    let wrapped = |message: &str| json!({"timestamp": "2026-01-02", "level": "INFO", "message": message});
    let object = |message: &str| json!({"timestamp": "2026-01-02", "level": "INFO", "message": parsed(message)});
    let telemetry = |message: &str| json!({"time": "2026-01-02", "type": "function", "record": message});
    let fluent = |message: &str| json!({"date": 1, "log": docker(message).to_string()});
    let of_values = |value: &dyn Fn(&str) -> Value| joined(messages, |message| format!("{}\n", value(message)));
    let members: Vec<_> = messages.chunks(2).flat_map(|messages| gzip(&subscription(messages))).collect();
    vec![
        ("CRLF", joined(messages, |message| format!("{message}\r\n"))),
        ("a mark of UTF-8", [&b"\xef\xbb\xbf"[..], &lines].concat()),
        ("sam logs", joined(messages, sam)),
        ("sam logs --filter, with what was found underlined", joined(messages, highlighted)),
        ("sam logs --output json", of_values(&event)),
        ("docker", of_values(&docker)),
        ("docker in fluent", of_values(&fluent)),
        ("Lambda's JSON", of_values(&wrapped)),
        ("Lambda's JSON, objects", of_values(&object)),
        (
            "telemetry",
            serde_json::to_vec(&messages.iter().map(|message| telemetry(message)).collect::<Vec<_>>()).unwrap(),
        ),
        ("strings", of_values(&|message| json!(message))),
        ("two strings", of_values(&|message| json!(json!(message).to_string()))),
        ("no line breaks", joined(messages, str::to_owned)),
        ("a subscription", messages.chunks(2).flat_map(subscription).collect()),
        ("a subscription, compressed", members.clone()),
        ("a subscription, compressed by Firehose", gzip(&members)),
        ("an export to S3", gzip(&joined(messages, |message| format!("2026-01-02T03:00:00.000Z {message}\n")))),
    ]
}

fn pretty_text(message: &str) -> String {
    String::from_utf8(pretty(&parsed(message))).unwrap()
}

fn utf16(messages: &[String]) -> Vec<(&'static str, Vec<u8>)> {
    let text: String = messages.iter().map(|message| format!("2026-01-02 🚀 {message}\r\n")).collect();
    let units: Vec<u16> = text.encode_utf16().collect();
    let marked: Vec<u8> = [0xfeff].iter().chain(&units).flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    vec![("UTF-16", marked), ("UTF-16, big, without a mark", big)]
}

pub(super) fn formats(messages: &[String]) -> Vec<(&'static str, Vec<u8>)> {
    [of_the_cli, of_insights, of_others, utf16].into_iter().flat_map(|of| of(messages)).collect()
}

/// What the lines come to as they are logged.
fn expected() -> Verdict {
    let messages = messages();
    let lines: Vec<_> = messages.iter().map(String::as_str).collect();
    let (verdict, skipped) = read(&lines).unwrap();
    assert!(verdict.holds(), "{verdict}");
    assert_eq!((verdict.totals.records, verdict.totals.processings, skipped), (2, 3, 0));
    verdict
}

#[test]
fn a_history_is_the_same_in_every_format() {
    let expected = expected();
    for (format, bytes) in formats(&messages()) {
        let (verdict, _) = read_bytes(&[&bytes]).unwrap_or_else(|error| panic!("{format}: {error}"));
        assert_eq!(verdict, expected, "{format}: {verdict}\n{}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn an_event_counts_once_in_however_many_files_and_formats_it_stands() {
    let directory = tempfile::tempdir().unwrap();
    for (number, (_, bytes)) in formats(&messages()).into_iter().enumerate() {
        std::fs::write(directory.path().join(number.to_string()), bytes).unwrap();
    }
    let verdict = History::read(&[directory.path()], CheckerSettings::default()).unwrap().checker.finish();
    assert_eq!(verdict, expected(), "{verdict}");
}

#[test]
fn an_event_that_stands_beside_its_own_text_counts_once() {
    let both = |message: &str| format!("{}\n", json!({"log": message, "parsed": parsed(message)}));
    let (verdict, _) = read_bytes(&[&joined(&messages(), both)]).unwrap();
    assert_eq!(verdict, expected(), "{verdict}");
}
