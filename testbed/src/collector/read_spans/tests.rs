use std::error::Error as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::*;
use crate::collector::{AttributeValue, Kind, Status};

fn document(name: &str) -> Value {
    let span = json!({"traceId": "ab".repeat(16), "spanId": "01".repeat(8), "name": name, "startTimeUnixNano": "7"});
    json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]})
}

fn names(bytes: &[u8]) -> Vec<String> {
    read_spans(bytes).unwrap().spans.into_iter().map(|span| span.name).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn lines_and_documents_of_otlp_are_read_in_their_order_packed_or_not() {
    let [a, b] = ["a", "b"].map(document);
    let logs = json!({"resourceLogs": [{"scopeLogs": []}]});
    let lines = format!("{a}\n{logs}\n{b}\n");
    let pretty = serde_json::to_string_pretty(&a).unwrap();
    for (text, expected) in [
        (lines.clone(), &["a", "b"][..]),
        (format!("\u{feff}{a}\r\n{b}"), &["a", "b"]),
        (pretty, &["a"]),
        (logs.to_string(), &[]),
        (String::new(), &[]),
        ("\n\n".to_owned(), &[]),
    ] {
        assert_eq!(names(text.as_bytes()), expected, "{text}");
        assert_eq!(names(&gzip(text.as_bytes())), expected, "{text}");
    }
    // A file that was rotated and appended to has several members.
    assert_eq!(names(&[gzip(format!("{a}\n").as_bytes()), gzip(b.to_string().as_bytes())].concat()), ["a", "b"]);
}

#[test]
fn of_a_functions_log_the_lines_of_otlp_are_read_and_the_others_are_passed_over() {
    let [a, b] = ["a", "b"].map(document);
    // serde_json sorts members.
    let line = |document: &Value| format!("{{\"resourceSpans\":{}}}", document["resourceSpans"]);
    let (a, b) = (line(&a), line(&b));
    let record = r#"{"event":"process","group":"N14228"}"#;
    for (log, expected) in [
        (
            format!("START RequestId: 7\n{record}\n{a}\n{{\"resourceMetrics\":[]}}\n{b}\nEND RequestId: 7\n"),
            &["a", "b"][..],
        ),
        (format!("{a}\n{record}\n"), &["a"]),
        (format!("2026-11-29T23:50:13 {record}\n2026-11-29T23:50:14 {a}\n"), &["a"]),
        // As text, AWS' command line has events on one line.
        (format!("{record}\n\t{a}\n\t{b}\n\tREPORT"), &["a", "b"]),
        (format!("{a}\t{record}\t{b}"), &["a", "b"]),
    ] {
        assert_eq!(names(log.as_bytes()), expected, "{log}");
        assert_eq!(names(&gzip(log.as_bytes())), expected, "{log}");
    }
    let cut = format!("START RequestId: 7\n{}", &a[..a.len() / 2]);
    let error = read_spans(cut.as_bytes()).unwrap_err();
    assert!(matches!(error, ReadSpansError::Json { line: 2, .. }), "{error}");
}

#[test]
fn a_line_that_was_cut_is_counted_and_the_others_are_read() {
    let [a, b] = ["a", "b"].map(|name| document(name).to_string());
    let half = &a[..a.len() / 2];
    for (log, expected, cut_lines) in [
        (format!("START RequestId: 7\n{a}\n{half}\n{b}\n"), &["a", "b"][..], 1),
        (format!("{half}\n{half}\nEND\n{b}\n"), &["b"], 2),
        // Lambda goes on with the rest on the next line, and a collector may be writing the last one.
        (format!("{half}\n{}\n{b}", &a[a.len() / 2..]), &["b"], 1),
        (format!("{a}\n{b}\n{{\"resourceSpans\":[{{"), &["a", "b"], 1),
        // As text, on one line.
        (format!("START\t{half}\t{b}"), &["b"], 1),
    ] {
        let read = read_spans(log.as_bytes()).unwrap();
        let names: Vec<_> = read.spans.iter().map(|span| span.name.as_str()).collect();
        assert_eq!((&names[..], read.cut_lines), (expected, cut_lines), "{log}");
    }
}

#[test]
fn what_is_not_spans_is_an_error_that_names_the_line() {
    let a = document("a");
    for (text, line) in [
        (format!("{a}\n\n{{\"resourceSpans\": 7}}\n"), 3),
        ("hello".to_owned(), 1),
        (format!("{a}\n{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{{\"traceId\":\"xy\"}}]}}]}}]}}\n{a}"), 2),
    ] {
        let error = read_spans(text.as_bytes()).unwrap_err();
        assert!(matches!(&error, ReadSpansError::Json { line: found, .. } if *found == line), "{text}: {error}");
        assert!(error.source().is_some());
    }
    let error = read_spans(b"{\"resourceLogs\":[]}\n{\"event\": \"process\"}\n").unwrap_err();
    assert!(matches!(error, ReadSpansError::Foreign { line: 2 }), "{error}");
    let packed = gzip(a.to_string().as_bytes());
    let error = read_spans(&packed[..packed.len() - 9]).unwrap_err();
    assert!(matches!(error, ReadSpansError::Packed(_)), "{error}");
}

#[test]
fn a_trace_that_jaeger_saved_has_the_spans_that_it_was_made_of() {
    let tag = |key: &str, kind: &str, value: Value| json!({"key": key, "type": kind, "value": value});
    let document = json!({"data": [{"traceID": "abc", "spans": [
        {"traceID": "abc", "spanID": "1", "operationName": "publish", "references": [], "startTime": 1_000, "duration": 5,
         "tags": [tag("span.kind", "string", "producer".into())], "logs": null, "processID": "p1", "flags": 1},
        {"traceID": "abc", "spanID": "2", "operationName": "process", "startTime": 2_000, "duration": 7, "processID": "p2",
         "references": [{"refType": "CHILD_OF", "traceID": "abc", "spanID": "1"},
                        {"refType": "FOLLOWS_FROM", "traceID": "def", "spanID": "9"}],
         "tags": [tag("span.kind", "string", "consumer".into()), tag("error", "bool", true.into()),
                  tag("otel.status_code", "string", "ERROR".into()), tag("otel.status_description", "string", "no".into()),
                  tag("otel.scope.name", "string", "lib".into()), tag("n", "int64", 7.into()), tag("m", "int64", "8".into()),
                  tag("f", "float64", 1.into()), tag("b", "bool", false.into())],
         "logs": [{"timestamp": 2_003, "fields": [tag("event", "string", "exception".into()),
                                                  tag("exception.message", "string", "boom".into())]}]},
    ], "processes": {"p1": {"serviceName": "web", "tags": []}, "p2": {"serviceName": "consumer",
        "tags": [tag("host.name", "string", "h".into())]}}}], "errors": null});
    let spans = read_spans(document.to_string().as_bytes()).unwrap().spans;
    let [publish, process] = &spans[..] else { panic!("{spans:?}") };
    let id = |digits: usize, id: &str| format!("{id:0>digits$}");
    assert_eq!((&publish.trace_id, &publish.span_id), (&id(32, "abc"), &id(16, "1")));
    assert_eq!((publish.kind, &*publish.service, publish.parent_span_id.as_deref()), (Kind::Producer, "web", None));
    assert_eq!((process.kind, process.parent_span_id.as_ref()), (Kind::Consumer, Some(&id(16, "1"))));
    assert_eq!((process.start_unix_nanos, process.end_unix_nanos), (2_000_000, 2_007_000));
    assert_eq!((&process.status, &*process.scope.name), (&Status::Error("no".into()), "lib"));
    assert_eq!(process.resource["host.name"], "h".into());
    let [link] = &process.links[..] else { panic!("{:?}", process.links) };
    assert_eq!((&link.trace_id, &link.span_id), (&id(32, "def"), &id(16, "9")));
    let [event] = &process.events[..] else { panic!("{:?}", process.events) };
    assert_eq!((&*event.name, event.at_unix_nanos, event.attributes.len()), ("exception", 2_003_000, 1));
    let expected = [("b", false.into()), ("f", AttributeValue::Double(1.0)), ("m", 8.into()), ("n", 7.into())];
    assert_eq!(process.attributes, expected.map(|(key, value)| (key.to_owned(), value)).into());
}
