//! How a receiver answers: what it refuses, and to whom; when it hangs; and what it passes on.

use std::time::Duration;

use axum::http::{Request, StatusCode};
use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use kinetrace_testbed::collector::{Arrivals, Collector, Destination, Forwarder, Receiver};
use serde_json::Value as Json;
use tokio::sync::mpsc;

use crate::collector::{PROTOBUF, process_span, request};
use crate::receiver::{JSON, gzip, in_json, receiver, send, spans};

/// A request, and of its answer the status and a part of the text.
type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], Vec<u8>, u16, &'a str);

#[tokio::test]
async fn what_is_refused_says_what_to_do_in_the_senders_own_form() {
    let (receiver, mut arrivals) = receiver().await;
    let bomb = gzip(&vec![0; 64 * 1024 * 1024 + 1]);
    let cut = gzip(b"{}")[..12].to_vec();
    let packed = |encoding| [JSON[0], ("content-encoding", encoding)];
    let grpc = [("content-type", "application/grpc+proto")];
    let table: [Row<'_>; 12] = [
        ("/", JSON, b"{}".into(), 404, "/v1/traces, /v1/logs and /v1/metrics"),
        ("/v1/trace", PROTOBUF, vec![], 404, "/v1/traces, /v1/logs and /v1/metrics"),
        ("/v1/traces", &[], b"{}".into(), 415, "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"),
        ("/v1/traces", &[("content-type", "text/plain")], b"{}".into(), 415, "text/plain"),
        ("/v1/traces", &packed("zstd"), b"{}".into(), 415, "OTEL_EXPORTER_OTLP_COMPRESSION"),
        ("/v1/traces", &packed("gzip"), bomb, 413, "64 MiB"),
        ("/v1/traces", &packed("gzip"), cut, 400, "unpacked"),
        ("/v1/traces", JSON, b"{\"resourceSpans\":[{]".into(), 400, "line 1"),
        ("/v1/traces", JSON, b"{\"resource_spans\":[]}".into(), 400, "lowerCamelCase"),
        ("/v1/traces", PROTOBUF, b"garbage".into(), 400, "not an export request"),
        ("/v1/traces", &[JSON[0], ("origin", "https://example.com")], b"{}".into(), 403, "example.com"),
        ("/v1/logs", JSON, b"[]".into(), 400, "not an export request"),
    ];
    let count = table.len() as u64;
    for (path, headers, body, status, text) in table {
        let (told, head, body) = send(&receiver, path, headers, body).await;
        let said = String::from_utf8_lossy(&body);
        assert!(told == status && said.contains(text), "{path} {headers:?}: {told} {said}");
        if headers.first() == JSON.first() {
            assert_eq!(head["content-type"], "application/json");
            assert!(serde_json::from_slice::<Json>(&body).unwrap()["message"].is_string());
        }
    }
    let (status, head, _) =
        send(&receiver, "/opentelemetry.proto.collector.trace.v1.TraceService/Export", &grpc, vec![]).await;
    assert_eq!((status, head["grpc-status"].to_str().unwrap()), (StatusCode::OK, "12"));
    assert!(head["grpc-message"].to_str().unwrap().contains("OTEL_EXPORTER_OTLP_PROTOCOL"));
    assert_eq!(receiver.received().refused, count + 1);
    assert!(arrivals.try_recv().is_err());
}

#[tokio::test]
async fn a_page_of_this_machine_may_send_and_read_the_answer() {
    let (receiver, mut arrivals) = receiver().await;
    let origin = ("origin", "http://localhost:3000");
    let ask = Client::builder(TokioExecutor::new()).build_http();
    let preflight = Request::options(format!("{}/v1/traces", receiver.endpoint()))
        .header(origin.0, origin.1)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,x-team")
        .body(Full::<Bytes>::default());
    let answer = ask.request(preflight.unwrap()).await.unwrap();
    assert!(answer.status().is_success());
    assert_eq!(answer.headers()["access-control-allow-origin"], origin.1);
    assert_eq!(answer.headers()["access-control-allow-headers"], "content-type,x-team");
    let (status, head, _) = send(&receiver, "/v1/traces", &[JSON[0], origin], in_json().to_string()).await;
    assert_eq!((status, &head["access-control-allow-origin"]), (StatusCode::OK, &origin.1.parse().unwrap()));
    assert_eq!(spans(&mut arrivals).len(), 1);
}

#[tokio::test]
async fn spans_are_forwarded_as_protobuf_whatever_they_came_as_and_also_if_nobody_takes_them_here() {
    let far = Collector::start().await.unwrap();
    let endpoint = far.endpoint().to_owned();
    let destination = Destination::read(|name| (name == "OTEL_EXPORTER_OTLP_ENDPOINT").then(|| endpoint.clone()));
    let forwarder = Forwarder::start(destination.unwrap().unwrap());
    let (to, _arrivals) = mpsc::channel(1);
    let arrivals = Arrivals::new(to).forwarding_by(Some(forwarder.clone()));
    let receiver = Receiver::start_on(0, arrivals).await.unwrap();
    for (headers, body) in [
        (PROTOBUF, request(vec![process_span(20)])),
        (JSON, in_json().to_string().into()),
        (&[JSON[0], ("content-encoding", "gzip")], gzip(in_json().to_string().as_bytes())),
    ] {
        assert_eq!(send(&receiver, "/v1/traces", headers, body).await.0, StatusCode::OK);
    }
    assert_eq!(forwarder.finish().await.taken, 3);
    let spans = far.spans();
    assert!(spans.len() == 3 && spans.iter().all(|span| *span == spans[0]), "{spans:?}");
    assert_eq!((receiver.received().spans, receiver.received().dropped), (3, 2));
}

#[tokio::test]
async fn a_receiver_that_hangs_answers_nothing_until_it_is_over() {
    let (receiver, mut arrivals) = receiver().await;
    receiver.hang(Duration::MAX);
    assert!(receiver.hangs_for() > Duration::from_secs(3600));
    let sent = send(&receiver, "/v1/traces", JSON, in_json().to_string());
    tokio::pin!(sent);
    // Long enough to have been answered many times over: the one wait for time here, for nothing happens.
    assert!(tokio::time::timeout(Duration::from_millis(50), &mut sent).await.is_err());
    assert!(arrivals.try_recv().is_err());
    receiver.hang(Duration::ZERO);
    assert_eq!(sent.await.0, StatusCode::OK);
    assert_eq!(spans(&mut arrivals).len(), 1);
}
