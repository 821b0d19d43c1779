//! Producers whose context learns of deliveries, and what that context was given.

use std::sync::Mutex;
use std::time::Duration;

use kinetrace_kafka::{Propagation, Traced, TracedContext};
use kinetrace_testing::Recorder;
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;
use rdkafka::client::ClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, OwnedHeaders};
use rdkafka::producer::{
    BaseProducer, BaseRecord, DefaultProducerContext, Producer as _, ProducerContext, ThreadedProducer,
};
use rdkafka::{Message as _, types::RDKafkaApiKey, types::RDKafkaRespErr};

use crate::broker::{Broker, TOPIC, list, traceparent};

/// The opaque, the offset or the error, and how many spans had ended.
type Seen = (usize, Result<i64, RDKafkaErrorCode>, usize);

/// A user's own, which looks at what has ended by the time that it is called.
struct Deliveries {
    recorder: Recorder,
    seen: Mutex<Vec<Seen>>,
}

impl Deliveries {
    fn new(recorder: &Recorder) -> Self {
        Self { recorder: recorder.clone(), seen: Mutex::default() }
    }
}

impl ClientContext for Deliveries {}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, leg: usize) {
        let result = match result {
            Ok(message) => Ok(message.offset()),
            Err((error, _)) => Err(error.rdkafka_error_code().unwrap()),
        };
        self.seen.lock().unwrap().push((leg, result, self.recorder.spans().len()));
    }
}

fn propagation(recorder: &Recorder) -> Propagation {
    Propagation::new().telemetry(&recorder.telemetry())
}

fn record(leg: usize) -> BaseRecord<'static, str, str, usize> {
    BaseRecord::with_opaque_to(TOPIC, leg).key("N14228").payload("{}").partition(0)
}

fn error_type(span: &SpanData) -> Option<String> {
    span.attributes.iter().find(|it| it.key.as_str() == "error.type").map(|it| it.value.to_string())
}

#[test]
fn a_context_of_ones_own_gets_its_own_opaques_after_the_span_has_ended() {
    let (broker, recorder) = (Broker::start(), Recorder::new());
    let context = TracedContext::new(Deliveries::new(&recorder));
    let producer: ThreadedProducer<_> = broker.config().create_with_context(context).unwrap();
    let producer = Traced::with(producer, &propagation(&recorder));
    producer.send(record(7)).map_err(|(error, _)| error).unwrap();
    producer.flush(Duration::from_secs(30)).unwrap();
    broker.0.request_errors(RDKafkaApiKey::Produce, &[RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED]);
    producer.send(record(8)).map_err(|(error, _)| error).unwrap();
    producer.flush(Duration::from_secs(30)).unwrap();

    let seen = producer.context().seen.lock().unwrap().clone();
    assert_eq!(seen, [(7, Ok(0), 1), (8, Err(RDKafkaErrorCode::TopicAuthorizationFailed), 2)]);
    let spans = recorder.spans();
    assert_eq!((&spans[0].status, error_type(&spans[0])), (&Status::Unset, None));
    assert_eq!(error_type(&spans[1]).as_deref(), Some("TopicAuthorizationFailed"));
    let span = &spans[0].span_context;
    let expected = format!("00-{}-{}-01", span.trace_id(), span.span_id());
    assert_eq!(traceparent(&broker.records(0, 1)[0]), Some(expected));
}

#[test]
fn a_producer_that_is_polled_by_hand_ends_its_spans_then() {
    let (broker, recorder) = (Broker::start(), Recorder::new());
    let context = TracedContext::new(Deliveries::new(&recorder));
    let producer: BaseProducer<_> = broker.config().create_with_context(context).unwrap();
    let producer = Traced::with(producer, &propagation(&recorder));
    producer.send(record(1)).map_err(|(error, _)| error).unwrap();
    assert_eq!(recorder.spans().len(), 0);
    producer.flush(Duration::from_secs(30)).unwrap();
    assert_eq!(recorder.spans().len(), 1);
}

#[test]
fn a_record_that_cannot_be_queued_comes_back_with_its_opaque_and_its_headers() {
    let recorder = Recorder::new();
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", "127.0.0.1:1").set("queue.buffering.max.messages", "1");
    let context = TracedContext::new(Deliveries::new(&recorder));
    let producer =
        Traced::with(config.create_with_context::<_, BaseProducer<_>>(context).unwrap(), &propagation(&recorder));
    producer.send(record(1)).map_err(|(error, _)| error).unwrap();
    let stale = || OwnedHeaders::new().insert(Header { key: "traceparent", value: Some("stale") });
    let (error, back) = producer.send(record(2).headers(stale())).unwrap_err();
    assert_eq!(error, KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull));
    assert_eq!((back.delivery_opaque, back.key, back.payload), (2, Some("N14228"), Some("{}")));
    assert_eq!(list(&back.headers.unwrap()), list(&stale()));
    // What is in the queue when the producer is dropped ends, too.
    drop(producer);
    let types: Vec<_> = recorder.spans().iter().filter_map(error_type).collect();
    assert_eq!(types, ["QueueFull", "PurgeQueue"]);
}

#[test]
fn a_record_that_only_the_context_makes_too_large_goes_without_it() {
    let (broker, recorder) = (Broker::start(), Recorder::new());
    let context = TracedContext::new(DefaultProducerContext);
    let config = broker.config().set("message.max.bytes", "1000").clone();
    let propagation = propagation(&recorder);
    let producer = Traced::with(config.create_with_context::<_, BaseProducer<_>>(context).unwrap(), &propagation);
    let payload = [b'x'; 930];
    producer
        .send(BaseRecord::<(), _>::to(TOPIC).payload(&payload[..]).partition(0))
        .map_err(|(error, _)| error)
        .unwrap();
    producer.flush(Duration::from_secs(30)).unwrap();
    assert_eq!(traceparent(&broker.records(0, 1)[0]), None);
    assert_eq!(propagation.counts().of(kinetrace::Injection::TooLarge), 1);
}

#[test]
fn a_configuration_makes_a_traced_producer_in_one_step() {
    let broker = Broker::start();
    let threaded: Traced<ThreadedProducer<TracedContext<DefaultProducerContext>>> = broker.producer();
    threaded.send(BaseRecord::to(TOPIC).key("N14228").payload("{}")).map_err(|(error, _)| error).unwrap();
    let base: Traced<BaseProducer<TracedContext<DefaultProducerContext>>> = broker.producer();
    base.send(BaseRecord::to(TOPIC).key("N14228").payload("{}")).map_err(|(error, _)| error).unwrap();
    base.flush(Duration::from_secs(30)).unwrap();
    threaded.flush(Duration::from_secs(30)).unwrap();
}
