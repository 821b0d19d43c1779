use axum::http::StatusCode;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use kinetrace_testbed::collector::{Collector, Kind, Status};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    Histogram as ProtoHistogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Link, SpanKind};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status as ProtoStatus};
use prost::Message;
use tokio::join;
use tokio::sync::mpsc;

use crate::runtime::post;

pub(crate) const PROTOBUF: &[(&str, &str)] = &[("content-type", "application/x-protobuf")];

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

pub(crate) fn process_span(start: u64) -> Span {
    Span {
        trace_id: vec![0xab; 16],
        span_id: vec![0x01; 8],
        parent_span_id: vec![0x02; 8],
        name: "process flights".into(),
        kind: SpanKind::Consumer as i32,
        start_time_unix_nano: start,
        end_time_unix_nano: start + 5,
        attributes: vec![attribute("n", Value::IntValue(7)), attribute("k", Value::StringValue("N14228".into()))],
        flags: 0x301,
        links: vec![Link { trace_id: vec![0xcd; 16], span_id: vec![0x03; 8], flags: 0x100, ..Link::default() }],
        dropped_links_count: 2,
        status: Some(ProtoStatus { code: 2, message: "no".into() }),
        ..Span::default()
    }
}

fn resource(service: &str) -> Resource {
    let service = attribute("service.name", Value::StringValue(service.into()));
    Resource { attributes: vec![service], ..Resource::default() }
}

pub(crate) fn request(spans: Vec<Span>) -> Vec<u8> {
    let resource = Some(resource("consumer"));
    let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
    let resource_spans = vec![ResourceSpans { resource, scope_spans, ..ResourceSpans::default() }];
    ExportTraceServiceRequest { resource_spans }.encode_to_vec()
}

pub(crate) async fn export(collector: &Collector, headers: &[(&str, &str)], body: Vec<u8>) -> StatusCode {
    export_to("traces", collector, headers, body).await
}

pub(crate) async fn export_to(
    signal: &str,
    collector: &Collector,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> StatusCode {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let url = format!("{}/v1/{signal}", collector.endpoint());
    let (status, headers, body) = post(&client, &url, headers, body).await;
    if status.is_success() {
        assert_eq!(headers["content-type"], "application/x-protobuf");
        assert_eq!(ExportTraceServiceResponse::decode(body).unwrap(), ExportTraceServiceResponse::default());
    }
    status
}

#[tokio::test]
async fn an_exported_span_comes_out_in_plain_terms() {
    let collector = Collector::start().await.unwrap();
    assert_eq!(export(&collector, PROTOBUF, request(vec![process_span(20)])).await, StatusCode::OK);
    let [span] = &collector.spans()[..] else { panic!("not one span") };
    assert_eq!((&*span.trace_id, &*span.span_id), (&*"ab".repeat(16), &*"01".repeat(8)));
    assert_eq!((span.parent_span_id.as_deref(), span.parent_is_remote), (Some(&*"02".repeat(8)), Some(true)));
    assert_eq!((&*span.name, &*span.service, span.kind), ("process flights", "consumer", Kind::Consumer));
    assert_eq!(span.resource["service.name"].to_string(), "consumer");
    assert_eq!((span.start_unix_nanos, span.end_unix_nanos), (20, 25));
    assert_eq!((span.links[0].trace_id.as_str(), span.dropped_links), (&*"cd".repeat(16), 2));
    assert_eq!(span.links[0].is_remote, Some(false));
    assert_eq!(span.status, Status::Error("no".into()));
    assert_eq!(span.attributes["n"].to_string(), "7");
}

#[tokio::test]
async fn spans_are_found_by_trace_in_time_order_and_by_attribute() {
    let collector = Collector::start().await.unwrap();
    export(&collector, PROTOBUF, request(vec![process_span(20), process_span(10)])).await;
    let starts: Vec<u64> = collector.trace(&"ab".repeat(16)).iter().map(|span| span.start_unix_nanos).collect();
    assert_eq!(starts, [10, 20]);
    assert!(collector.trace("cd").is_empty());
    assert_eq!(collector.by_attribute("k", "N14228").len(), 2);
    assert_eq!(collector.by_attribute("n", 7).len(), 2);
    assert!(collector.by_attribute("n", "7").is_empty(), "a text is not a number");
}

#[tokio::test]
async fn a_collector_that_hands_spans_on_keeps_none() {
    let (to, mut handed_on) = mpsc::channel(2);
    let collector = Collector::start_handing_on(to, None).await.unwrap();
    export(&collector, PROTOBUF, request(vec![process_span(1), process_span(2)])).await;
    export(&collector, PROTOBUF, request(vec![process_span(3)])).await;
    for expected in [vec![1, 2], vec![3]] {
        let spans = handed_on.recv().await.unwrap();
        assert_eq!(spans.iter().map(|span| span.start_unix_nanos).collect::<Vec<_>>(), expected);
    }
    assert!(collector.spans().is_empty());
    drop(handed_on);
    assert_eq!(export(&collector, PROTOBUF, request(vec![process_span(4)])).await, StatusCode::OK, "nobody listens");
}

#[tokio::test]
async fn who_waits_for_spans_sees_those_before_and_those_after() {
    let collector = Collector::start().await.unwrap();
    export(&collector, PROTOBUF, request(vec![process_span(1)])).await;
    assert_eq!(collector.wait_for(|spans| spans.len() == 1).await.len(), 1);
    let later = export(&collector, PROTOBUF, request(vec![process_span(2)]));
    let (spans, _) = join!(collector.wait_for(|spans| spans.len() == 2), later);
    assert_eq!(spans.len(), 2);
}

#[tokio::test]
async fn what_is_not_protobuf_is_refused_and_keeps_nothing() {
    let collector = Collector::start().await.unwrap();
    let json = [("content-type", "application/json")];
    let gzip = [PROTOBUF[0], ("content-encoding", "gzip")];
    assert_eq!(export(&collector, PROTOBUF, b"garbage".to_vec()).await, StatusCode::BAD_REQUEST);
    assert_eq!(export(&collector, &json, b"{}".to_vec()).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(export(&collector, &gzip, Vec::new()).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(collector.spans().is_empty());
}

fn metric(name: &str, data: Data) -> Metric {
    Metric { name: name.into(), unit: "{record}".into(), data: Some(data), ..Metric::default() }
}

pub(crate) fn sum(shard: &str, value: Number) -> Metric {
    let attributes = vec![attribute("shard", Value::StringValue(shard.into()))];
    let point =
        NumberDataPoint { attributes, start_time_unix_nano: 5, value: Some(value), ..NumberDataPoint::default() };
    metric("sent", Data::Sum(Sum { data_points: vec![point], ..Sum::default() }))
}

pub(crate) fn metrics(service: &str, metrics: Vec<Metric>) -> Vec<u8> {
    let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
    let of_resource =
        ResourceMetrics { resource: Some(resource(service)), scope_metrics, ..ResourceMetrics::default() };
    ExportMetricsServiceRequest { resource_metrics: vec![of_resource] }.encode_to_vec()
}

#[tokio::test]
async fn the_total_of_a_metric_is_what_each_series_said_last() {
    let collector = Collector::start().await.unwrap();
    for body in [
        metrics("first", vec![sum("0", Number::AsInt(1)), sum("1", Number::AsInt(10))]),
        metrics("second", vec![sum("0", Number::AsDouble(0.5))]),
        metrics("first", vec![sum("0", Number::AsInt(3))]),
    ] {
        assert_eq!(export_to("metrics", &collector, PROTOBUF, body).await, StatusCode::OK);
    }
    assert_eq!(collector.total("sent", &[]), 13.5);
    assert_eq!(collector.total("sent", &[("shard", "0")]), 3.5);
    assert_eq!(collector.total("sent", &[("shard", "2")]), 0.0);
    let [point] = &collector.metric("sent", &[("shard", "1")])[..] else { panic!("not one series") };
    assert_eq!((&*point.unit, point.value, point.count), ("{record}", 10.0, None));
    assert_eq!((point.resource["service.name"].to_string(), point.start_unix_nanos), ("first".to_owned(), 5));
}

#[tokio::test]
async fn of_a_histogram_the_sum_the_count_and_the_buckets_are_kept() {
    let collector = Collector::start().await.unwrap();
    let point = HistogramDataPoint {
        count: 2,
        sum: Some(0.75),
        explicit_bounds: vec![0.5, 1.0],
        ..HistogramDataPoint::default()
    };
    let histogram = Data::Histogram(ProtoHistogram { data_points: vec![point], ..ProtoHistogram::default() });
    let (garbage, body) = (b"garbage".to_vec(), metrics("first", vec![metric("duration", histogram)]));
    assert_eq!(export_to("metrics", &collector, PROTOBUF, garbage).await, StatusCode::BAD_REQUEST);
    assert_eq!(export_to("metrics", &collector, PROTOBUF, body).await, StatusCode::OK);
    let [point] = &collector.metric("duration", &[])[..] else { panic!("not one series") };
    assert_eq!((point.value, point.count, &point.bounds[..]), (0.75, Some(2), &[0.5, 1.0][..]));
}
