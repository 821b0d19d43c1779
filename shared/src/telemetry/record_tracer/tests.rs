use std::cell::Cell;

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceState};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use proptest::prelude::*;

use super::*;
use crate::context::propagators::Propagators;

fn sampler() -> impl Strategy<Value = Sampler> {
    let ratio = prop_oneof![Just(0.0), Just(1.0), 0.0..1.0].prop_map(Sampler::TraceIdRatioBased);
    let root = prop_oneof![Just(Sampler::AlwaysOn), Just(Sampler::AlwaysOff), ratio];
    (root, any::<bool>()).prop_map(
        |(root, is_parent_based)| {
            if is_parent_based { Sampler::ParentBased(Box::new(root)) } else { root }
        },
    )
}

/// None, an invalid one, half an id, and such as others send.
fn parent() -> impl Strategy<Value = Context> {
    let id = || prop_oneof![Just(0), any::<u64>()];
    let span = (any::<bool>(), id(), id(), any::<bool>(), any::<bool>());
    span.prop_map(|(is_there, trace, span, is_sampled, is_remote)| {
        let flags = TraceFlags::default().with_sampled(is_sampled);
        let state = TraceState::from_key_value([("a", "b")]).unwrap();
        let span = SpanContext::new(TraceId::from(u128::from(trace)), SpanId::from(span), flags, is_remote, state);
        if is_there { Context::new().with_remote_span_context(span) } else { Context::new() }
    })
}

fn provider(sampler: Sampler) -> (SdkTracerProvider, InMemorySpanExporter) {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).with_sampler(sampler).build();
    (provider, exporter)
}

proptest! {
    /// What is asked for beforehand is what the SDK decides then.
    #[test]
    fn every_span_that_is_recorded_says_what_it_has_to_and_none_else_is_asked(sampler in sampler(), parent in parent()) {
        let (provider, exporter) = provider(sampler.clone());
        let telemetry = Telemetry { sampler: Some(sampler), ..Telemetry::new(Some(provider), Propagators::default()) };
        let is_asked = Cell::new(false);
        let span = || {
            is_asked.set(true);
            SpanBuilder::from_name("span")
        };
        let context = RecordTracer::of(&telemetry).start(&Context::new(), &parent, span);
        let (is_recording, is_root) = (context.span().is_recording(), !parent.span().span_context().is_valid());
        // Of a new trace the SDK makes the id, by which it may still drop the span.
        prop_assert!(is_asked.get() == is_recording || is_asked.get() && is_root);
        let (known, above) = (context.span().span_context().clone(), parent.span().span_context().clone());
        context.span().end();
        let ended = exporter.get_finished_spans().unwrap();
        prop_assert!(ended.iter().all(|span| span.name == "span" && span.span_context == known));
        prop_assert_eq!(ended.len(), usize::from(is_recording));
        prop_assert_eq!(known.trace_state(), above.trace_state());
    }
}

#[test]
fn a_sampler_that_is_not_known_is_asked_with_all_that_a_span_says() {
    let (provider, _) = provider(Sampler::AlwaysOff);
    let (tracer, is_asked) =
        (RecordTracer::of(&Telemetry::new(Some(provider), Propagators::default())), Cell::new(false));
    tracer.start(&Context::new(), &Context::new(), || {
        is_asked.set(true);
        SpanBuilder::from_name("span")
    });
    assert!(is_asked.get());
}

#[test]
fn where_telemetry_is_off_the_span_above_passes_for_the_one_that_is_not_made() {
    let span = SpanContext::new(1.into(), 2.into(), TraceFlags::SAMPLED, true, TraceState::NONE);
    let (above, tracer) =
        (Context::new().with_remote_span_context(span.clone()), Telemetry::new(None, Propagators::default()));
    let context = RecordTracer::of(&tracer).start(&Context::new(), &above, || unreachable!("nothing is recorded"));
    assert_eq!((context.span().span_context(), context.span().is_recording()), (&span, false));
}
