use std::future::Ready;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use opentelemetry::trace::{FutureExt as _, TraceContextExt as _, Tracer as _, WithContext};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};

use super::*;
use crate::lambda::FlushPolicy;
use crate::propagators::Propagators;

#[derive(Debug)]
struct Panics;

impl SpanProcessor for Panics {
    fn on_start(&self, _: &mut Span, _: &opentelemetry::Context) {}
    fn on_end(&self, _: SpanData) {
        panic!("a processor's bug");
    }
    fn force_flush(&self) -> OTelSdkResult {
        panic!("another bug");
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Answers with a future that holds a span.
struct Answers(Telemetry);

impl Service<()> for Answers {
    type Response = &'static str;
    type Error = ();
    type Future = WithContext<Ready<Result<&'static str, ()>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, (): ()) -> Self::Future {
        let span = self.0.tracer().start("layer");
        std::future::ready(Ok("answer")).with_context(opentelemetry::Context::new().with_span(span))
    }
}

#[tokio::test]
async fn a_span_processor_that_panics_costs_no_answer() {
    let provider = SdkTracerProvider::builder().with_span_processor(Panics).build();
    let telemetry = Telemetry::new(Some(provider), Propagators::default());
    let layer = FlushLayer::new(telemetry.clone(), |()| SystemTime::now() + Duration::from_secs(60));
    assert_eq!(layer.layer(Answers(telemetry)).call(()).await, Ok("answer"));
}

/// Answers at once.
#[derive(Clone)]
struct Echo;

impl Service<()> for Echo {
    type Response = ();
    type Error = ();
    type Future = Ready<Result<(), ()>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, (): ()) -> Self::Future {
        std::future::ready(Ok(()))
    }
}

#[derive(Debug, Clone, Default)]
struct CountsFlushes(Arc<AtomicUsize>);

impl SpanProcessor for CountsFlushes {
    fn on_start(&self, _: &mut Span, _: &opentelemetry::Context) {}
    fn on_end(&self, _: SpanData) {}
    fn force_flush(&self) -> OTelSdkResult {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn in_a_minute((): &()) -> SystemTime {
    SystemTime::now() + Duration::from_secs(60)
}

#[tokio::test]
async fn invocations_count_together_whichever_worker_answers_them() {
    let flushes = CountsFlushes::default();
    let provider = SdkTracerProvider::builder().with_span_processor(flushes.clone()).build();
    let telemetry = Telemetry::new(Some(provider), Propagators::default());
    let policy = FlushPolicy::new(NonZero::new(3), None);
    let service = FlushLayer::new(telemetry.with_flush_policy(policy), in_a_minute).layer(Echo);
    let mut workers = [service.clone(), service];
    for (number, expected) in (1..=7).zip([0, 0, 1, 1, 1, 2, 2]) {
        workers[number % 2].call(()).await.unwrap();
        assert_eq!(flushes.0.load(Ordering::SeqCst), expected, "after invocation {number}");
    }
}

#[tokio::test]
async fn without_telemetry_nothing_is_counted_and_nothing_is_awaited() {
    let off = Telemetry::new(None, Propagators::default());
    let layer = FlushLayer::new(off.with_flush_policy(FlushPolicy::new(NonZero::new(3), None)), in_a_minute);
    let mut answer = layer.layer(Echo).call(());
    let polled = std::future::poll_fn(|cx| Poll::Ready(Pin::new(&mut answer).poll(cx))).await;
    assert_eq!(polled, Poll::Ready(Ok(())));
    assert_eq!(layer.last.lock().unwrap().invocations, 0);
}
