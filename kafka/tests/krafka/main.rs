//! The interceptor, in a producer of krafka, against that crate's own broker over TCP.
#![allow(clippy::unwrap_used, clippy::panic)]

use kinetrace::{Injection, Propagators, Telemetry};
use kinetrace_kafka::Propagation;
use kinetrace_testing::Recorder;
use krafka::error::ErrorCode;
use krafka::interceptor::{InterceptorResult, ProducerInterceptor, RecordContext};
use krafka::producer::{Producer, RecordMetadata};
use krafka::testing::{ApiKey, Control, FakeBroker};
use krafka::{Headers, Kafka, KrafkaError, Record};
use opentelemetry::Context;
use opentelemetry::trace::{FutureExt as _, Link, SpanKind, Status, TraceContextExt as _, TraceId, Tracer as _};
use opentelemetry_sdk::trace::{SamplingResult, ShouldSample, SpanData};

const TOPIC: &str = "flights";
const STALE: &[u8] = b"00-11111111111111111111111111111111-2222222222222222-01";

async fn broker() -> FakeBroker {
    let broker = FakeBroker::start().await.unwrap();
    broker.create_topic(TOPIC, 2);
    broker
}

async fn producer(broker: &FakeBroker, propagation: &Propagation) -> Producer {
    let kafka = Kafka::builder(broker.bootstrap_servers()).connect().await.unwrap();
    kafka.producer().interceptor(propagation.clone()).build().await.unwrap()
}

fn propagation(recorder: &Recorder) -> Propagation {
    Propagation::new().telemetry(&recorder.telemetry())
}

fn record() -> Record {
    Record::new(TOPIC, "{}").key("N14228").partition(1)
}

fn with(headers: Headers) -> Record {
    let mut record = record();
    record.headers = headers;
    record
}

fn attribute(span: &SpanData, name: &str) -> Option<String> {
    span.attributes.iter().find(|it| it.key.as_str() == name).map(|it| it.value.to_string())
}

fn headers(list: &[(&str, Option<&'static [u8]>)]) -> Headers {
    list.iter().map(|(name, value)| ((*name).to_owned(), value.map(bytes::Bytes::from_static))).collect()
}

#[tokio::test]
async fn the_span_of_a_record_ends_with_its_acknowledgement() {
    let (broker, recorder) = (broker().await, Recorder::new());
    let propagation = propagation(&recorder);
    let producer = producer(&broker, &propagation).await;
    let around = Context::current().with_span(recorder.telemetry().tracer().start("fly"));
    let around_id = around.span().span_context().span_id();
    let _ = producer.send(record()).with_context(around).await.unwrap();

    let span = recorder.span("send flights");
    assert_eq!((&span.span_kind, &span.status, span.parent_span_id), (&SpanKind::Producer, &Status::Unset, around_id));
    for (name, value) in [
        ("messaging.system", "kafka"),
        ("messaging.destination.partition.id", "1"),
        ("messaging.kafka.offset", "0"),
        ("messaging.kafka.message.key", "N14228"),
        ("kinetrace.injection", "injected"),
    ] {
        assert_eq!(attribute(&span, name).as_deref(), Some(value), "{name}");
    }
    let expected = format!("00-{}-{}-01", span.span_context.trace_id(), span.span_context.span_id());
    let arrived = broker.all_records(TOPIC).unwrap();
    assert_eq!(arrived[0].headers, [("traceparent".to_owned(), Some(expected.into()))]);
    assert_eq!(propagation.counts().of(Injection::Injected), 1);
    assert_eq!(recorder.metric("messaging.client.sent.messages")[0].sum, 1.0);
}

#[tokio::test]
async fn a_record_of_any_kind_arrives_as_without_tracing_but_for_one_context() {
    let (broker, recorder) = (broker().await, Recorder::new());
    let plain = Kafka::builder(broker.bootstrap_servers()).connect().await.unwrap().producer().build().await.unwrap();
    let traced = producer(&broker, &propagation(&recorder)).await;
    let records = [
        record(),
        Record::tombstone(TOPIC, "N14228").partition(1),
        with(headers(&[("b", None), ("a", Some(b"\xff\x00")), ("b", Some(b"")), ("a", None)])),
        with(headers(&[
            ("a", Some(b"1")),
            ("traceparent", Some(STALE)),
            ("Traceparent", Some(STALE)),
            ("traceparent", None),
            ("a", Some(b"2")),
        ])),
    ];
    for mut record in records {
        record.timestamp = Some(1_700_000_000_123);
        let _ = plain.send(record.clone()).await.unwrap();
        let _ = traced.send(record).await.unwrap();
    }

    let arrived = broker.all_records(TOPIC).unwrap();
    let is_context = |(name, _): &&(String, Option<bytes::Bytes>)| name.eq_ignore_ascii_case("traceparent");
    for (at, pair) in arrived.chunks(2).enumerate() {
        let fields = |at: usize| {
            let it = &pair[at];
            let others: Vec<_> = it.headers.iter().filter(|header| !is_context(header)).cloned().collect();
            (it.key.clone(), it.value.clone(), it.timestamp, it.partition, others)
        };
        assert_eq!(fields(1), fields(0), "record {at}");
        assert_eq!(pair[1].headers.iter().filter(is_context).count(), 1, "record {at}");
    }
}

#[tokio::test]
async fn the_span_of_a_record_that_is_refused_ends_with_the_error() {
    let (broker, recorder) = (broker().await, Recorder::new());
    let propagation = propagation(&recorder);
    let producer = producer(&broker, &propagation).await;
    broker.on_once(ApiKey::Produce, |_| Control::Error(ErrorCode::TopicAuthorizationFailed));
    producer.send(record()).await.unwrap_err();
    let span = recorder.span("send flights");
    assert_eq!(attribute(&span, "error.type").as_deref(), Some("TopicAuthorizationFailed"));
    assert!(matches!(span.status, Status::Error { .. }), "{:?}", span.status);
    assert_eq!(propagation.counts().of(Injection::Injected), 0, "it did not arrive");
}

#[tokio::test]
async fn a_record_that_is_never_sent_ends_its_span_with_the_reason() {
    let (broker, recorder) = (broker().await, Recorder::new());
    let producer = producer(&broker, &propagation(&recorder)).await;
    producer.close().await.unwrap();
    producer.send(record()).await.unwrap_err();
    assert_eq!(attribute(&recorder.span("send flights"), "error.type").as_deref(), Some("Closed"));
}

#[tokio::test]
async fn a_record_that_is_sent_again_carries_what_it_carried_and_has_one_span() {
    let (broker, recorder) = (broker().await, Recorder::new());
    let producer = producer(&broker, &propagation(&recorder)).await;
    broker.on_once(ApiKey::Produce, |_| Control::ApplyThen(Box::new(Control::Disconnect)));
    let _ = producer.send(record()).await.unwrap();
    assert_eq!(recorder.spans().len(), 1);
    assert_eq!(broker.all_records(TOPIC).unwrap().len(), 1, "an idempotent producer writes it once");
}

#[tokio::test]
async fn without_a_span_the_headers_of_a_record_stay_as_they_are() {
    let broker = broker().await;
    let propagation = Propagation::new().telemetry(&Telemetry::new(None, Propagators::default()));
    let producer = producer(&broker, &propagation).await;
    let given = headers(&[("Traceparent", Some(STALE)), ("a", None)]);
    let _ = producer.send(with(given.clone())).await.unwrap();
    assert_eq!(broker.all_records(TOPIC).unwrap()[0].headers, given);
    assert_eq!(propagation.counts().of(Injection::NoContext), 1);
}

#[tokio::test]
async fn a_record_without_room_for_the_context_goes_without() {
    let (broker, recorder) = (broker().await, Recorder::new());
    let propagation = propagation(&recorder).max_message_bytes(150);
    let producer = producer(&broker, &propagation).await;
    let _ = producer.send(record()).await.unwrap();
    assert_eq!(broker.all_records(TOPIC).unwrap()[0].headers, []);
    assert_eq!(propagation.counts().of(Injection::TooLarge), 1);
}

#[derive(Debug, Clone)]
struct Panicking;

impl ShouldSample for Panicking {
    fn should_sample(
        &self,
        _: Option<&Context>,
        _: TraceId,
        _: &str,
        _: &SpanKind,
        _: &[opentelemetry::KeyValue],
        _: &[Link],
    ) -> SamplingResult {
        panic!("a sampler's bug")
    }
}

/// krafka refuses a record whose interceptor panics.
#[tokio::test]
async fn a_sampler_that_panics_costs_the_context_and_not_the_record() {
    let (broker, recorder) = (broker().await, Recorder::with_tracing(|provider| provider.with_sampler(Panicking)));
    let producer = producer(&broker, &propagation(&recorder)).await;
    let _ = producer.send(record()).await.unwrap();
    assert_eq!(broker.all_records(TOPIC).unwrap()[0].headers, []);
}

/// Sees what was added before it.
#[derive(Debug)]
struct Later;

impl ProducerInterceptor for Later {
    fn on_send(&self, record: &mut Record, _: &mut RecordContext) -> InterceptorResult {
        let seen = record.headers.iter().any(|(name, _)| name == "traceparent");
        record.headers.push(("seen".to_owned(), seen.then(bytes::Bytes::new)));
        Ok(())
    }

    fn on_acknowledgement(
        &self,
        _: &str,
        _: i32,
        _: Result<&RecordMetadata, &KrafkaError>,
        _: &Headers,
        _: &mut RecordContext,
    ) -> InterceptorResult {
        Ok(())
    }
}

#[tokio::test]
async fn an_interceptor_that_comes_later_sees_the_context() {
    let (broker, recorder) = (broker().await, Recorder::new());
    let kafka = Kafka::builder(broker.bootstrap_servers()).connect().await.unwrap();
    let producer = kafka.producer().interceptor(propagation(&recorder)).interceptor(Later).build().await.unwrap();
    let _ = producer.send(record()).await.unwrap();
    let arrived = broker.all_records(TOPIC).unwrap();
    assert_eq!(arrived[0].headers[1], ("seen".to_owned(), Some(bytes::Bytes::new())));
}
