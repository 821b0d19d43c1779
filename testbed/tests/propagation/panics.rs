//! Tracing that panics costs spans, or the context, and no put.

use std::time::Duration;

use kinetrace::{Carrier, Injection, Propagators, Telemetry};
use kinetrace_producer::Propagation;
use opentelemetry::trace::{FutureExt as _, Link, SpanKind, TraceContextExt as _, TraceId, Tracer as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SamplingResult, SdkTracerProvider, ShouldSample, Span, SpanData, SpanProcessor};

use crate::world::{STREAM, World, counted, entry, traceparent};

/// A part of tracing with a bug.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Bug {
    Sampler,
    OnStart,
    OnEnd,
}

impl ShouldSample for Bug {
    fn should_sample(
        &self,
        _: Option<&Context>,
        _: TraceId,
        _: &str,
        _: &SpanKind,
        _: &[KeyValue],
        _: &[Link],
    ) -> SamplingResult {
        panic!("a sampler's bug");
    }
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

impl Bug {
    fn telemetry(self) -> Telemetry {
        let provider = SdkTracerProvider::builder().with_span_processor(self);
        let provider = if self == Bug::Sampler { provider.with_sampler(self) } else { provider };
        Telemetry::new(Some(provider.build()), Propagators::default())
    }
}

#[tokio::test]
async fn a_bug_in_a_sampler_or_a_span_processor_fails_no_put() {
    for (bug, injection) in
        [(Bug::Sampler, Injection::NoContext), (Bug::OnStart, Injection::NoContext), (Bug::OnEnd, Injection::Injected)]
    {
        let world = World::start([]).await;
        let propagation = Propagation::new(Carrier::Envelope).telemetry(&bug.telemetry());
        let counts = propagation.counts();
        let put = world.client(propagation).put_records().stream_name(STREAM);
        put.records(entry("a", "1")).records(entry("b", "2")).send().await.unwrap();
        assert_eq!(counted(&counts), [(injection, 2)], "{bug:?}");
        let sent = world.wire.puts();
        let payloads: Vec<_> = sent[0].entries().iter().map(|entry| entry.extraction().payload).collect();
        assert_eq!(payloads, ["1", "2"], "{bug:?}");
    }
}

#[tokio::test]
async fn without_a_create_span_the_callers_context_travels() {
    let world = World::start([]).await;
    let caller = world.caller("caller");
    let client = world.client(Propagation::new(Carrier::Envelope).telemetry(&Bug::OnStart.telemetry()));
    let put = client.put_records().stream_name(STREAM).records(entry("a", "1"));
    put.send().with_context(caller.clone()).await.unwrap();
    let carried = world.wire.puts()[0].entries()[0].extraction();
    assert_eq!(carried.fields.get("traceparent").unwrap(), traceparent(caller.span().span_context()));
    assert!(caller.span().is_recording(), "the interceptor ended a span that is not its own");
}

/// The put may hold the last clone of the caller's context, and so be what ends the caller's span.
#[tokio::test]
async fn a_callers_span_that_panics_when_it_is_dropped_fails_no_put() {
    let world = World::start([]).await;
    let client = world.client(world.propagation(Carrier::Envelope).create_spans(false));
    let caller = Context::new().with_span(Bug::OnEnd.telemetry().tracer().start("caller"));
    let mut put = Box::pin(client.put_records().stream_name(STREAM).records(entry("a", "1")).send());
    // Its first poll begins it; after that, only the put has the caller's context.
    let begun = futures_util::poll!(put.as_mut().with_context(caller));
    assert!(begun.is_pending());
    put.await.unwrap();
}
