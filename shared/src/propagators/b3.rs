//! Zipkin's B3 headers, single and multiple (<https://github.com/openzipkin/b3-propagation>).
//!
//! Written here because the only published propagator for this line of OpenTelemetry is part of a deprecated exporter.

use opentelemetry::Context;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};

use crate::traceparent::is_id;

const SINGLE: &str = "b3";
const TRACE_ID: &str = "x-b3-traceid";
const SPAN_ID: &str = "x-b3-spanid";
const SAMPLED: &str = "x-b3-sampled";
const FLAGS: &str = "x-b3-flags";

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
        with_span(context, single(extractor))
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
        with_span(context, multiple(extractor))
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.0)
    }
}

/// The span that a `b3` names.
pub(super) fn single(fields: &dyn Extractor) -> Option<SpanContext> {
    let parts: Vec<_> = fields.get(SINGLE)?.split('-').collect();
    match parts[..] {
        [trace_id, span_id] => span_context(trace_id, span_id, None),
        [trace_id, span_id, state] => span_context(trace_id, span_id, Some(state)),
        [trace_id, span_id, state, parent_id] if is_id(parent_id, &[16]) => {
            span_context(trace_id, span_id, Some(state))
        }
        _ => None,
    }
}

/// The span that `x-b3-traceid` and its companions name.
pub(super) fn multiple(fields: &dyn Extractor) -> Option<SpanContext> {
    let state = if fields.get(FLAGS) == Some("1") { Some("d") } else { fields.get(SAMPLED) };
    span_context(fields.get(TRACE_ID)?, fields.get(SPAN_ID)?, state)
}

/// Trace ids may be 64 or 128 bits long.
fn span_context(trace_id: &str, span_id: &str, state: Option<&str>) -> Option<SpanContext> {
    if !is_id(trace_id, &[16, 32]) || !is_id(span_id, &[16]) {
        return None;
    }
    let flags = match state {
        Some("0" | "false") => TraceFlags::default(),
        // No state leaves the decision to the receiver. A context cannot say that; "not sampled" would drop the trace.
        None | Some("1" | "true" | "d") => TraceFlags::SAMPLED,
        Some(_) => return None,
    };
    let (trace_id, span_id) = (TraceId::from_hex(trace_id).ok()?, SpanId::from_hex(span_id).ok()?);
    Some(SpanContext::new(trace_id, span_id, flags, true, TraceState::default()))
}

fn with_span(context: &Context, span: Option<SpanContext>) -> Context {
    match span {
        Some(span) => context.with_remote_span_context(span),
        None => context.clone(),
    }
}
