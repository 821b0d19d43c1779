//! Telemetry that fails, and records that arrive nevertheless.

use kinetrace_kafka::{Propagation, Traced, TracedContext};
use kinetrace_testing::Recorder;
use opentelemetry::trace::{Link, SpanKind, TraceId};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SamplingResult, ShouldSample, Span, SpanData, SpanProcessor, TracerProviderBuilder};
use rdkafka::producer::{
    BaseProducer, BaseRecord, DefaultProducerContext, FutureProducer, FutureRecord, Producer as _,
};
use rdkafka::util::Timeout;

use crate::broker::{Broker, TOPIC, headers, traceparent};

#[derive(Debug, Clone)]
struct Sampler;

impl ShouldSample for Sampler {
    fn should_sample(
        &self,
        _: Option<&Context>,
        _: TraceId,
        _: &str,
        _: &SpanKind,
        _: &[KeyValue],
        _: &[Link],
    ) -> SamplingResult {
        panic!("a sampler's bug")
    }
}

#[derive(Debug)]
struct Processor;

impl SpanProcessor for Processor {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, _: SpanData) {
        panic!("a span processor's bug")
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: std::time::Duration) -> OTelSdkResult {
        Ok(())
    }
}

async fn send_by_each_producer(broker: &Broker, change: fn(TracerProviderBuilder) -> TracerProviderBuilder) {
    let propagation = Propagation::new().telemetry(&Recorder::with_tracing(change).telemetry());
    let producer = Traced::with(broker.producer::<FutureProducer>(), &propagation);
    let record = || FutureRecord::to(TOPIC).key("N14228").payload("{}").partition(0);
    producer.send(record(), Timeout::Never).await.unwrap();
    producer.send_result(record()).map_err(|(error, _)| error).unwrap().await.unwrap().unwrap();
    let context = TracedContext::new(DefaultProducerContext);
    let producer = broker.config().create_with_context::<_, BaseProducer<_>>(context).unwrap();
    let producer = Traced::with(producer, &propagation);
    producer.send(BaseRecord::to(TOPIC).key("N14228").payload("{}").partition(0)).map_err(|(error, _)| error).unwrap();
    producer.flush(Timeout::Never).unwrap();
}

#[tokio::test]
async fn a_sampler_that_panics_costs_the_context_and_not_the_record() {
    let broker = Broker::start();
    send_by_each_producer(&broker, |provider| provider.with_sampler(Sampler)).await;
    for message in broker.records(0, 3) {
        assert_eq!(headers(&message), []);
    }
}

#[tokio::test]
async fn a_span_processor_that_panics_costs_the_span_and_not_the_delivery() {
    let broker = Broker::start();
    send_by_each_producer(&broker, |provider| provider.with_span_processor(Processor)).await;
    for message in broker.records(0, 3) {
        assert!(traceparent(&message).is_some());
    }
}
