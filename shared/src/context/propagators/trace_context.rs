//! W3C's `traceparent` and `tracestate` (<https://www.w3.org/TR/trace-context/>).
//!
//! The SDK's propagator trims white space, and takes ids and flags of fewer digits, and a sign before them. What
//! `docs/reference/wire-formats.md` calls malformed is not read here. What is left has its ids and flags at known places. What is
//! written has the bytes that the SDK would write.

use std::str::FromStr as _;

use opentelemetry::Context;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
use opentelemetry_sdk::propagation::TraceContextPropagator;

use crate::context::traceparent::{self, Traceparent};
use crate::hex;

const TRACESTATE: &str = "tracestate";

#[derive(Debug, Default)]
pub(super) struct TraceContext(TraceContextPropagator);

impl TextMapPropagator for TraceContext {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        let span = context.span();
        let span = span.span_context();
        if span.is_valid() {
            injector.set(traceparent::NAME, text(span));
            injector.set(TRACESTATE, span.trace_state().header());
        }
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        match extractor.get(traceparent::NAME).and_then(traceparent::read) {
            Some(Traceparent { trace_id, span_id, flags }) => {
                // Of the flags, those that are not known are left out.
                let flags = TraceFlags::new(flags) & TraceFlags::SAMPLED;
                let (trace_id, span_id) = (TraceId::from_bytes(trace_id), SpanId::from_bytes(span_id));
                let state = extractor.get(TRACESTATE).and_then(|text| TraceState::from_str(text).ok());
                let state = state.unwrap_or_default();
                context.with_remote_span_context(SpanContext::new(trace_id, span_id, flags, true, state))
            }
            None => context.clone(),
        }
    }

    fn fields(&self) -> FieldIter<'_> {
        self.0.fields()
    }
}

fn text(span: &SpanContext) -> String {
    let mut text = String::with_capacity(55);
    text.push_str("00-");
    hex::push(&mut text, &span.trace_id().to_bytes());
    text.push('-');
    hex::push(&mut text, &span.span_id().to_bytes());
    text.push_str(if span.is_sampled() { "-01" } else { "-00" });
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::context::fields::Fields;

    proptest! {
        #[test]
        fn what_is_written_is_what_the_sdk_writes(
            trace_id: u128,
            span_id: u64,
            flags: u8,
            states in prop::collection::vec(("[a-z]{1,5}", "[a-z0-9]{0,5}"), 0..4),
        ) {
            for (trace_id, span_id) in [(trace_id, span_id), (0, span_id), (trace_id, 0), (1, 1)] {
                let state = TraceState::from_key_value(states.clone()).unwrap_or_default();
                let (trace_id, span_id) = (TraceId::from(trace_id), SpanId::from(span_id));
                let span = SpanContext::new(trace_id, span_id, TraceFlags::new(flags), true, state);
                let context = Context::new().with_remote_span_context(span);
                let (mut own, mut of_the_sdk) = (Fields::default(), Fields::default());
                TraceContext::default().inject_context(&context, &mut own);
                TraceContextPropagator::new().inject_context(&context, &mut of_the_sdk);
                prop_assert_eq!(own, of_the_sdk);
            }
        }
    }

    /// Texts that are readable, and such as are nearly.
    fn text() -> impl Strategy<Value = String> {
        let version = prop_oneof![4 => Just("00"), 1 => Just("01"), 1 => Just("ff"), 1 => Just("0"), 1 => Just("AB")];
        let trace = prop_oneof![4 => "[0-9a-f]{32}", 1 => "0{32}", 1 => "[0-9a-fA-F]{31,33}"];
        let span = prop_oneof![4 => "[0-9a-f]{16}", 1 => "0{16}", 1 => "[0-9a-f+é-]{16}"];
        let flags = prop_oneof![4 => "[0-9a-f]{2}", 1 => "[0-9a-fA-F+-]{1,3}"];
        let rest = prop_oneof![6 => Just(""), 1 => Just("-x"), 1 => Just("-"), 1 => Just("x"), 1 => Just(" ")];
        (version, trace, span, flags, rest)
            .prop_map(|(version, trace, span, flags, rest)| format!("{version}-{trace}-{span}-{flags}{rest}"))
    }

    proptest! {
        #[test]
        fn of_what_is_readable_it_reads_what_the_sdk_does(
            text in text(), state in prop::option::of("([a-z]{1,3}=[a-z]{1,3},?|=|,){0,3}"),
        ) {
            let mut fields = Fields::default();
            fields.set(traceparent::NAME, text.clone());
            state.into_iter().for_each(|state| fields.set(TRACESTATE, state));
            let read = TraceContext::default().extract_with_context(&Context::new(), &fields);
            let by_the_sdk = match traceparent::is_readable(&text) {
                true => TraceContextPropagator::new().extract_with_context(&Context::new(), &fields),
                false => Context::new(),
            };
            let [one, other] = [&read, &by_the_sdk].map(|context| context.span().span_context().clone());
            prop_assert_eq!(one, other);
            prop_assert_eq!(read.has_active_span(), by_the_sdk.has_active_span());
        }
    }
}
