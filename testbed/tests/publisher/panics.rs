//! Whatever panics around a record, tracing or not: it arrives once, in its place, and the publisher ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_kinesis::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_kinesis::error::BoxError;
use futures_util::FutureExt;
use kinetrace::history::PutOutcome;
use kinetrace::{Injection, Propagators, Record, Telemetry};
use kinetrace_producer::{AutoDistribution, DeliveryError, Publisher};
use opentelemetry::Context;
use opentelemetry::trace::{FutureExt as _, TraceContextExt as _, Tracer as _};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};
use tokio::time::timeout;

use crate::faults::PATIENCE;
use crate::world::{STREAM, World, acks, enqueue};

/// A span processor with a bug.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Bug {
    OnStart,
    OnEnd,
}

impl SpanProcessor for Bug {
    fn on_start(&self, _: &mut Span, _: &Context) {
        assert!(*self != Bug::OnStart, "a processor's bug");
    }
    fn on_end(&self, _: SpanData) {
        assert!(*self != Bug::OnEnd, "a processor's bug");
    }
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn telemetry(processor: impl SpanProcessor + 'static) -> Telemetry {
    let provider = SdkTracerProvider::builder().with_span_processor(processor).build();
    Telemetry::new(Some(provider), Propagators::default())
}

#[tokio::test]
async fn a_span_processor_that_panics_costs_spans_only() {
    for (bug, injection) in [(Bug::OnStart, Injection::NoContext), (Bug::OnEnd, Injection::Injected)] {
        let world = World::start(1, []).await;
        let publisher = world.publisher().telemetry(&telemetry(bug)).build();
        let deliveries = enqueue(&publisher, &["a0", "b0", "a1"]).await;
        let acks = timeout(PATIENCE, acks(deliveries)).await.unwrap();
        assert!(acks.iter().all(|ack| ack.injection == Some(injection)), "{acks:?}");
        timeout(PATIENCE, publisher.close()).await.unwrap();
        assert_eq!(world.labels().await, ["a0", "b0", "a1"], "{bug:?}");
    }
}

#[tokio::test]
async fn without_a_create_span_the_callers_context_travels() {
    let world = World::start(1, []).await;
    let caller = Context::new().with_span(world.telemetry.tracer().start("caller"));
    let publisher = world.publisher().telemetry(&telemetry(Bug::OnStart)).build();
    let send = publisher.send(Record::new("a", "a0")).with_context(caller.clone());
    let ack = timeout(PATIENCE, send).await.unwrap().unwrap();
    assert_eq!(ack.context.unwrap().span_id, caller.span().span_context().span_id().to_string());
    publisher.close().await;
    assert!(caller.span().is_recording(), "the publisher ended a span that is not its own");
}

/// The publisher may hold the last clone of the caller's context, and so be the one that ends the caller's span.
#[tokio::test]
async fn a_callers_span_that_panics_when_it_is_dropped_does_not_stop_the_publisher() {
    let world = World::start(1, []).await;
    let publisher = world.publisher().create_spans(false).build();
    let caller = Context::new().with_span(telemetry(Bug::OnEnd).tracer().start("caller"));
    let delivery = publisher.enqueue(Record::new("a", "a0")).with_context(caller).await.unwrap();
    timeout(PATIENCE, delivery).await.unwrap().unwrap();
    timeout(PATIENCE, acks(enqueue(&publisher, &["a1"]).await)).await.unwrap();
    timeout(PATIENCE, publisher.close()).await.unwrap();
}

/// An interceptor of the caller's client with a bug that shows so many times.
#[derive(Debug)]
struct Panics(AtomicUsize);

impl Intercept for Panics {
    fn name(&self) -> &'static str {
        "Panics"
    }
    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        assert!(left.is_err(), "an interceptor's bug");
        Ok(())
    }
}

pub(crate) fn panicking(client: &Client, times: usize) -> Client {
    Client::from_conf(client.config().to_builder().interceptor(Panics(AtomicUsize::new(times))).build())
}

#[tokio::test]
async fn a_put_that_panics_is_tried_again() {
    let world = World::start(1, []).await;
    let publisher = Publisher::builder(panicking(&world.client, 2), STREAM);
    let publisher = publisher.auto_distribution(AutoDistribution::Allow).build();
    timeout(PATIENCE, acks(enqueue(&publisher, &["a0", "b0", "a1"]).await)).await.unwrap();
    timeout(PATIENCE, publisher.close()).await.unwrap();
    assert_eq!(world.labels().await, ["a0", "b0", "a1"]);
}

#[tokio::test]
async fn a_put_that_panics_for_ever_is_given_up_with_the_panics_words() {
    let world = World::start(1, []).await;
    let publisher = Publisher::builder(panicking(&world.client, usize::MAX), STREAM);
    let publisher = publisher.delivery_timeout(Duration::ZERO).build();
    let error = timeout(PATIENCE, publisher.send(Record::new("a", "a0"))).await.unwrap().unwrap_err();
    assert!(matches!(&error.reason, DeliveryError::Put { attempts: 1, .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains(STREAM) && text.contains("panicked: an interceptor's bug"), "{text}");
    assert_eq!(error.outcome, PutOutcome::Unknown, "nobody knows how far it got");
    timeout(PATIENCE, publisher.close()).await.unwrap();
}

/// A span processor that waits, with its first span, until another thread has handed over a record.
#[derive(Debug)]
struct WaitsForAnother {
    publisher: std::sync::OnceLock<Arc<Publisher>>,
    first: AtomicBool,
    went_on: AtomicBool,
}

#[derive(Debug)]
struct Shared(Arc<WaitsForAnother>);

impl SpanProcessor for Shared {
    fn on_start(&self, _: &mut Span, _: &Context) {
        if !self.0.first.swap(false, Ordering::Relaxed) {
            return;
        }
        let publisher = Arc::clone(self.0.publisher.get().unwrap());
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            drop(publisher.enqueue(Record::new("b", "b0")).now_or_never());
            let _ = sender.send(());
        });
        self.0.went_on.store(receiver.recv_timeout(Duration::from_secs(5)).is_ok(), Ordering::Relaxed);
    }
    fn on_end(&self, _: SpanData) {}
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

#[tokio::test]
async fn a_slow_span_processor_holds_up_no_other_record() {
    let world = World::start(1, []).await;
    let waits =
        Arc::new(WaitsForAnother { publisher: std::sync::OnceLock::new(), first: true.into(), went_on: false.into() });
    let publisher = Arc::new(world.publisher().telemetry(&telemetry(Shared(Arc::clone(&waits)))).build());
    waits.publisher.set(Arc::clone(&publisher)).unwrap();
    acks(enqueue(&publisher, &["a0"]).await).await;
    assert!(waits.went_on.load(Ordering::Relaxed), "span work ran while nobody else could hand over a record");
}
