//! When the span of a record begins, where it belongs, and how it ends.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use kinetrace_kafka::{Propagation, Traced};
use kinetrace_testing::Recorder;
use opentelemetry::Context;
use opentelemetry::trace::{FutureExt as _, SpanId, SpanKind, Status, TraceContextExt as _, Tracer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{FutureProducer, FutureRecord, Producer as _};
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use rdkafka::util::Timeout;
use rdkafka::{ClientConfig, Message as _};

use crate::broker::{Broker, TOPIC, list, traceparent};

fn traced(producer: FutureProducer, recorder: &Recorder) -> Traced<FutureProducer> {
    Traced::with(producer, &Propagation::new().telemetry(&recorder.telemetry()))
}

/// Of a cluster that never answers.
fn unreachable(settings: &[(&str, &str)]) -> FutureProducer {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", "127.0.0.1:1").set_log_level(rdkafka::config::RDKafkaLogLevel::Emerg);
    config.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    config.create().unwrap()
}

fn record() -> FutureRecord<'static, str, str> {
    FutureRecord::to(TOPIC).key("N14228").payload("{}").partition(0)
}

fn attribute(span: &opentelemetry_sdk::trace::SpanData, name: &str) -> Option<String> {
    span.attributes.iter().find(|it| it.key.as_str() == name).map(|it| it.value.to_string())
}

#[tokio::test]
async fn the_span_of_a_record_ends_with_its_place() {
    let (broker, recorder) = (Broker::start(), Recorder::new());
    let producer = traced(broker.producer(), &recorder);
    let first = producer.send(record(), Timeout::Never).await.unwrap();
    let second = producer.send_result(record()).map_err(|(error, _)| error).unwrap().await.unwrap().unwrap();
    assert_eq!((first.offset, second.offset), (0, 1));

    let spans = recorder.spans();
    for (span, offset) in spans.iter().zip(["0", "1"]) {
        assert_eq!(
            (span.name.as_ref(), &span.span_kind, &span.status),
            ("send flights", &SpanKind::Producer, &Status::Unset)
        );
        for (name, value) in [
            ("messaging.system", "kafka"),
            ("messaging.operation.name", "send"),
            ("messaging.operation.type", "send"),
            ("messaging.destination.name", "flights"),
            ("messaging.destination.partition.id", "0"),
            ("messaging.kafka.offset", offset),
            ("messaging.kafka.message.key", "N14228"),
            ("kinetrace.injection", "injected"),
        ] {
            assert_eq!(attribute(span, name).as_deref(), Some(value), "{name}");
        }
        assert_eq!(attribute(span, "messaging.kafka.message.tombstone"), None);
    }
    assert_eq!(spans.len(), 2);
    let sent = recorder.metric("messaging.client.sent.messages");
    assert_eq!((sent[0].sum, sent[0].attributes["messaging.destination.partition.id"].as_str()), (2.0, "0"));
    assert_eq!(recorder.metric("messaging.client.operation.duration")[0].count, Some(2));
}

#[tokio::test]
async fn a_tombstone_says_so_and_a_key_is_named_only_if_that_is_wanted() {
    let (broker, recorder) = (Broker::start(), Recorder::new());
    let propagation = Propagation::new().telemetry(&recorder.telemetry()).key_attribute(false);
    let producer = Traced::with(broker.producer::<FutureProducer>(), &propagation);
    producer.send(FutureRecord { payload: None, ..record() }, Timeout::Never).await.unwrap();
    let span = recorder.span("send flights");
    assert_eq!(attribute(&span, "messaging.kafka.message.tombstone").as_deref(), Some("true"));
    assert_eq!(attribute(&span, "messaging.kafka.message.key"), None);
}

#[tokio::test]
async fn the_span_of_a_record_that_the_broker_refuses_ends_with_the_error() {
    let (broker, recorder) = (Broker::start(), Recorder::new());
    let producer = traced(broker.producer(), &recorder);
    refuse(&broker.0);
    let (error, message) = producer.send(record(), Timeout::Never).await.unwrap_err();
    assert_eq!(error, KafkaError::MessageProduction(RDKafkaErrorCode::TopicAuthorizationFailed));
    assert_eq!(message.key(), Some(&b"N14228"[..]));

    let span = recorder.span("send flights");
    assert_eq!(attribute(&span, "error.type").as_deref(), Some("TopicAuthorizationFailed"));
    assert!(matches!(&span.status, Status::Error { description } if description.contains("authorization")), "{span:?}");
    let sent = recorder.metric("messaging.client.sent.messages");
    assert_eq!(sent[0].attributes["error.type"], "TopicAuthorizationFailed");
    assert_eq!(producer.propagation().counts().of(kinetrace::Injection::Injected), 0, "it did not arrive");
}

fn refuse(cluster: &MockCluster<'static, rdkafka::producer::DefaultProducerContext>) {
    cluster.request_errors(RDKafkaApiKey::Produce, &[RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED]);
}

#[tokio::test]
async fn a_record_that_finds_the_queue_full_comes_back_as_it_was_handed_in() {
    let recorder = Recorder::new();
    let producer = traced(unreachable(&[("queue.buffering.max.messages", "1")]), &recorder);
    let _first = producer.send_result(record()).map_err(|(error, _)| error).unwrap();
    let stale = || OwnedHeaders::new().insert(Header { key: "Traceparent", value: Some("stale") });

    let (error, back) = producer.send_result(record().headers(stale())).err().unwrap();
    assert_eq!(error, KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull));
    assert_eq!((back.key, back.payload, back.partition), (Some("N14228"), Some("{}"), Some(0)));
    assert_eq!(list(&back.headers.unwrap()), list(&stale()));

    let (error, back) = producer.send(record(), Duration::ZERO).await.unwrap_err();
    assert_eq!(error, KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull));
    assert_eq!((back.key(), back.payload(), back.partition()), (Some(&b"N14228"[..]), Some(&b"{}"[..]), 0));
    assert!(back.headers().is_none());
    for span in recorder.spans() {
        assert_eq!(attribute(&span, "error.type").as_deref(), Some("QueueFull"));
    }
    assert_eq!(recorder.spans().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_is_tried_again_with_one_span_and_one_context() {
    let recorder = Recorder::new();
    let producer = traced(unreachable(&[("queue.buffering.max.messages", "1")]), &recorder);
    let first = producer.send_result(record()).map_err(|(error, _)| error).unwrap();
    let mut second = Box::pin(producer.send(record(), Timeout::Never));
    assert!(second.as_mut().now_or_never().is_none());
    // Makes room for it, and ends the first one.
    producer.purge(rdkafka::producer::PurgeConfig::default().queue());
    first.await.unwrap().unwrap_err();
    assert!(futures_util::poll!(second.as_mut()).is_pending());
    tokio::time::advance(Duration::from_millis(100)).await;
    assert!(futures_util::poll!(second.as_mut()).is_pending());
    assert_eq!(recorder.spans().len(), 1, "only the first record has ended");
    producer.send_result(record()).expect_err("the second record is in the queue now");
    producer.purge(rdkafka::producer::PurgeConfig::default().queue());
    second.await.unwrap_err();
    let types: Vec<_> = recorder.spans().iter().filter_map(|span| attribute(span, "error.type")).collect();
    assert_eq!(types, ["PurgeQueue", "QueueFull", "PurgeQueue"]);
}

#[tokio::test]
async fn a_future_that_never_ran_sends_nothing_and_has_no_span() {
    let (broker, recorder) = (Broker::start(), Recorder::new());
    let producer = traced(broker.producer(), &recorder);
    drop(producer.send(record(), Timeout::Never));
    let delivery = producer.send(record(), Timeout::Never).await.unwrap();
    assert_eq!((delivery.offset, recorder.spans().len()), (0, 1));
}

#[tokio::test]
async fn a_future_that_is_dropped_ends_its_span() {
    let recorder = Recorder::new();
    let producer = traced(unreachable(&[]), &recorder);
    let sending = producer.send(record(), Timeout::Never);
    assert!(sending.now_or_never().is_none());
    let span = recorder.span("send flights");
    assert_eq!(attribute(&span, "error.type").as_deref(), Some("abandoned"));

    // Many never look at it. That is not a failure.
    drop(producer.send_result(record()).map_err(|(error, _)| error).unwrap());
    let span = recorder.spans().pop().unwrap();
    assert_eq!((recorder.spans().len(), &span.status, attribute(&span, "error.type")), (2, &Status::Unset, None));
}

#[tokio::test]
async fn the_span_belongs_to_where_the_future_runs_or_else_to_where_it_was_made() {
    let recorder = Recorder::new();
    let tracer = recorder.telemetry().tracer();
    let producer = traced(unreachable(&[]), &recorder);
    let made_in = Context::current().with_span(tracer.start("made"));
    let runs_in = Context::current().with_span(tracer.start("runs"));
    let id = |context: &Context| context.span().span_context().span_id();

    let sending = {
        let _guard = made_in.clone().attach();
        [producer.send(record(), Timeout::Never), producer.send(record(), Timeout::Never)]
    };
    let [plain, moved] = sending;
    assert!(plain.now_or_never().is_none());
    assert!(moved.with_context(runs_in.clone()).now_or_never().is_none());
    assert!(producer.send(record(), Timeout::Never).now_or_never().is_none());
    let parents: Vec<_> = recorder.spans().iter().map(|span| span.parent_span_id).collect();
    assert_eq!(parents, [id(&made_in), id(&runs_in), SpanId::INVALID]);
}

#[tokio::test]
async fn records_are_queued_in_the_order_in_which_their_futures_are_polled() {
    const RECORDS: usize = 500;
    let (broker, recorder) = (Broker::start(), Recorder::new());
    let producer = traced(broker.producer(), &recorder);
    let payloads: Vec<_> = (0..RECORDS).map(|number| number.to_string()).collect();
    let record = |payload| FutureRecord::to(TOPIC).key("N14228").payload(payload).partition(0);
    let sent = join_all(payloads.iter().map(|payload| producer.send(record(payload), Timeout::Never))).await;
    let offsets: Vec<_> = sent.into_iter().map(|delivery| delivery.unwrap().offset).collect();
    assert_eq!(offsets, (0..).take(RECORDS).collect::<Vec<i64>>());

    let arrived = broker.records(0, RECORDS);
    let read: Vec<_> = arrived.iter().map(|it| String::from_utf8(it.payload().unwrap().to_vec()).unwrap()).collect();
    assert_eq!(read, payloads);
    let contexts: std::collections::HashSet<_> = arrived.iter().map(|it| traceparent(it).unwrap()).collect();
    assert_eq!(contexts.len(), RECORDS, "each record has a context of its own");
}

#[tokio::test]
async fn a_record_whose_offset_is_not_told_has_a_span_without_one() {
    let (broker, recorder) = (Broker::start(), Recorder::new());
    let producer = traced(broker.config().set("acks", "0").create().unwrap(), &recorder);
    let delivery = producer.send(record(), Timeout::Never).await.unwrap();
    assert!(delivery.offset < 0, "{}", delivery.offset);
    let span = recorder.spans().swap_remove(0);
    assert_eq!(attribute(&span, "messaging.kafka.offset"), None);
    assert_eq!(attribute(&span, "messaging.destination.partition.id").as_deref(), Some("0"));
}
