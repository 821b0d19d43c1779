use std::io::Write as _;

use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use kinetrace_testbed::collector::{Arrival, Arrivals, AttributeValue, Kind, Receiver, Span, Status};
use serde_json::{Value as Json, json};
use tokio::sync::mpsc;

use crate::collector::{PROTOBUF, metrics, process_span, request};
use crate::runtime::post;

pub(crate) const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

pub(crate) async fn receiver() -> (Receiver, mpsc::Receiver<Arrival>) {
    let (to, arrivals) = mpsc::channel(8);
    (Receiver::start_on(0, Arrivals::new(to)).await.unwrap(), arrivals)
}

pub(crate) async fn send(
    receiver: &Receiver,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> (StatusCode, HeaderMap, Bytes) {
    let client = Client::builder(TokioExecutor::new()).build_http();
    post(&client, &format!("{}{path}", receiver.endpoint()), headers, body).await
}

pub(crate) fn spans(arrivals: &mut mpsc::Receiver<Arrival>) -> Vec<Span> {
    match arrivals.try_recv() {
        Ok(Arrival::Spans(spans)) => spans,
        other => panic!("{other:?}"),
    }
}

/// The span that `process_span` makes, as JSON has it.
pub(crate) fn in_json() -> Json {
    json!({"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "consumer"}}]},
        "scopeSpans": [{"spans": [{
            "traceId": "ab".repeat(16), "spanId": "01".repeat(8), "parentSpanId": "02".repeat(8), "name": "process flights",
            "kind": 5, "startTimeUnixNano": "20", "endTimeUnixNano": "25", "flags": 0x301, "droppedLinksCount": 2,
            "attributes": [{"key": "n", "value": {"intValue": "7"}}, {"key": "k", "value": {"stringValue": "N14228"}}],
            "links": [{"traceId": "cd".repeat(16), "spanId": "03".repeat(8), "flags": 0x100}],
            "status": {"code": 2, "message": "no"}, "unknown": {"to": "us"},
        }]}],
    }]})
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn one_span_is_the_same_in_every_form_and_packing_in_which_exporters_send_it() {
    let (receiver, mut arrivals) = receiver().await;
    let protobuf = request(vec![process_span(20)]);
    let text = in_json().to_string().into_bytes();
    let mut seen = Vec::new();
    for (media_type, body, answer) in [
        ("application/x-protobuf", &protobuf, &b""[..]),
        ("application/json", &text, b"{}"),
        ("Application/JSON; charset=utf-8", &text, b"{}"),
    ] {
        for (encoding, body) in [("identity", body.clone()), ("gzip", gzip(body)), ("deflate", deflate(body))] {
            let headers = [("content-type", media_type), ("content-encoding", encoding)];
            let (status, headers, told) = send(&receiver, "/v1/traces", &headers, body).await;
            assert_eq!((status, &told[..]), (StatusCode::OK, answer), "{media_type} {encoding}");
            assert!(media_type.to_lowercase().starts_with(headers["content-type"].to_str().unwrap()));
            seen.append(&mut spans(&mut arrivals));
        }
    }
    assert_eq!((seen.len(), receiver.received().spans), (9, 9));
    let span = &seen[0];
    assert!(seen.iter().all(|other| other == span), "{seen:?}");
    assert_eq!((&*span.trace_id, span.kind, &*span.service), (&*"ab".repeat(16), Kind::Consumer, "consumer"));
    assert_eq!((span.start_unix_nanos, &span.status), (20, &Status::Error("no".into())));
}

#[tokio::test]
async fn json_is_read_as_senders_write_it_with_names_numbers_text_and_null() {
    let (receiver, mut arrivals) = receiver().await;
    let span = json!({
        "traceId": "AB".repeat(16), "spanId": "01".repeat(8), "parentSpanId": null, "name": "a", "kind": "SPAN_KIND_SERVER",
        "startTimeUnixNano": 1_544_712_660_000_000_000_u64, "endTimeUnixNano": 1.5e18, "links": null,
        "status": {"code": "STATUS_CODE_OK"},
        "events": [{"timeUnixNano": "3", "name": "exception", "attributes": [
            {"key": "exception.message", "value": {"stringValue": "boom"}}, {"key": "none"}, {"key": "empty", "value": {}}]}],
        "attributes": [
            {"key": "double", "value": {"doubleValue": 1.5}}, {"key": "nan", "value": {"doubleValue": "NaN"}},
            {"key": "int", "value": {"intValue": -7}}, {"key": "bool", "value": {"boolValue": false}},
            {"key": "bytes", "value": {"bytesValue": "AP8="}},
            {"key": "list", "value": {"arrayValue": {"values": [{"stringValue": "x"}, {"intValue": "2"}]}}},
            {"key": "map", "value": {"kvlistValue": {"values": [{"key": "y", "value": {"boolValue": true}}]}}},
        ],
    });
    let body = json!({"resourceSpans": [{"resource": null, "scopeSpans": [{"spans": [span]}]}]});
    assert_eq!(send(&receiver, "/v1/traces", JSON, body.to_string()).await.0, StatusCode::OK);
    let [span] = &spans(&mut arrivals)[..] else { panic!() };
    assert_eq!((&*span.trace_id, span.parent_span_id.as_deref()), (&*"ab".repeat(16), None));
    assert_eq!((span.kind, &span.status), (Kind::Server, &Status::Ok));
    assert_eq!((span.start_unix_nanos, span.end_unix_nanos), (1_544_712_660_000_000_000, 1_500_000_000_000_000_000));
    let [event] = &span.events[..] else { panic!("{:?}", span.events) };
    assert_eq!((&*event.name, event.at_unix_nanos), ("exception", 3));
    assert_eq!(event.attributes["exception.message"], "boom".into());
    assert_eq!(
        (&event.attributes["none"], &event.attributes["empty"]),
        (&AttributeValue::Empty, &AttributeValue::Empty)
    );
    for (key, expected) in [
        ("double", AttributeValue::Double(1.5)),
        ("int", (-7).into()),
        ("bool", false.into()),
        ("bytes", AttributeValue::Bytes(vec![0, 255])),
        ("list", AttributeValue::List(vec!["x".into(), 2.into()])),
        ("map", AttributeValue::Map([("y".to_owned(), true.into())].into())),
    ] {
        assert_eq!(span.attributes[key], expected, "{key}");
    }
    assert!(matches!(span.attributes["nan"], AttributeValue::Double(number) if number.is_nan()));
}

#[tokio::test]
async fn log_records_arrive_with_their_trace_and_metrics_are_answered() {
    let (receiver, mut arrivals) = receiver().await;
    let record = json!({"timeUnixNano": "1544712660000000000", "severityNumber": 9, "body": {"stringValue": "hello"},
        "traceId": "ab".repeat(16), "spanId": "01".repeat(8), "attributes": [{"key": "a", "value": {"intValue": 1}}]});
    let observed = json!({"observedTimeUnixNano": "5000", "severityText": "warning"});
    let service = json!({"attributes": [{"key": "service.name", "value": {"stringValue": "web"}}]});
    let logs = json!({"resourceLogs": [{"resource": service, "scopeLogs": [{"logRecords": [record, observed]}]}]});
    assert_eq!(send(&receiver, "/v1/logs", JSON, logs.to_string()).await.0, StatusCode::OK);
    let Arrival::Logs(records) = arrivals.recv().await.unwrap() else { panic!() };
    assert_eq!((records[0].at.0, &*records[0].severity, &*records[0].service), (1_544_712_660_000_000, "INFO", "web"));
    assert_eq!((records[0].body.as_str(), &records[0].attributes["a"]), (Some("hello"), &1.into()));
    assert_eq!(records[0].trace_id.as_deref(), Some(&*"ab".repeat(16)));
    assert_eq!((records[1].at.0, &*records[1].severity, &records[1].trace_id), (5, "warning", &None));
    assert_eq!(send(&receiver, "/v1/metrics", PROTOBUF, metrics("a", vec![])).await.0, StatusCode::OK);
    assert_eq!(send(&receiver, "/v1/metrics", JSON, r#"{"resourceMetrics":[{"a":1}]}"#).await.0, StatusCode::OK);
    assert!(arrivals.try_recv().is_err());
    assert_eq!((receiver.received().log_records, receiver.received().refused), (2, 0));
}
