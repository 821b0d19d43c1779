//! Zipkin's B3 headers, single and multiple (<https://github.com/openzipkin/b3-propagation>).
//!
//! Written here because the only published propagator for this line of OpenTelemetry is part of a deprecated exporter.

use opentelemetry::Context;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::{TraceContextExt as _, TraceFlags};

use super::remote::with_span;
use crate::context::b3::{FLAGS, SAMPLED, SINGLE, SPAN_ID, TRACE_ID, multiple, single};

/// No state leaves the decision to the receiver. A context cannot say that; "not sampled" would drop the trace.
const DEFERRED: TraceFlags = TraceFlags::SAMPLED;

/// `b3: {trace id}-{span id}-{sampling state}`.
#[derive(Debug)]
pub(super) struct B3([String; 1]);

/// `x-b3-traceid`, `x-b3-spanid`, `x-b3-sampled`.
#[derive(Debug)]
pub(super) struct B3Multi([String; 4]);

impl Default for B3 {
    fn default() -> Self {
        Self([SINGLE.to_owned()])
    }
}

impl Default for B3Multi {
    fn default() -> Self {
        Self([TRACE_ID, SPAN_ID, SAMPLED, FLAGS].map(str::to_owned))
    }
}

impl TextMapPropagator for B3 {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        let span = context.span();
        let span = span.span_context();
        if span.is_valid() {
            let sampled = u8::from(span.is_sampled());
            injector.set(SINGLE, format!("{}-{}-{sampled}", span.trace_id(), span.span_id()));
        }
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        with_span(context, single(|name| extractor.get(name)), DEFERRED)
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.0)
    }
}

impl TextMapPropagator for B3Multi {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        let span = context.span();
        let span = span.span_context();
        if span.is_valid() {
            injector.set(TRACE_ID, span.trace_id().to_string());
            injector.set(SPAN_ID, span.span_id().to_string());
            injector.set(SAMPLED, u8::from(span.is_sampled()).to_string());
        }
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        with_span(context, multiple(|name| extractor.get(name)), DEFERRED)
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.0)
    }
}
