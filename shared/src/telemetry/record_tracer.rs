//! Spans of records, of which there are many: those that are dropped are made without what they would say.

use opentelemetry::Context;
use opentelemetry::trace::{SpanBuilder, SpanKind, TraceContextExt as _, TraceId, Tracer as _, TracerProvider as _};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, SdkTracer, ShouldSample as _};

use super::Telemetry;
use crate::semantic_conventions::scope;

/// A tracer that asks first whether a span is recorded.
#[derive(Debug)]
pub struct RecordTracer {
    /// `None` where telemetry is off.
    tracer: Option<SdkTracer>,
    /// Where it is known: that of the variables, which looks at nothing that a span says.
    sampler: Option<Sampler>,
}

impl RecordTracer {
    /// The same spans as by [`Telemetry::tracer`].
    pub fn of(telemetry: &Telemetry) -> Self {
        let tracer = telemetry.provider.as_ref().map(|provider| provider.tracer_with_scope(scope()));
        Self { tracer, sampler: telemetry.sampler.clone() }
    }

    /// `context` with a new span, which is below that of `parent`. What the span says is made only if it may be recorded. Where
    /// telemetry is off, that of `parent` passes for it.
    pub fn start(&self, context: &Context, parent: &Context, span: impl FnOnce() -> SpanBuilder) -> Context {
        let Some(tracer) = &self.tracer else {
            return context.with_remote_span_context(parent.span().span_context().clone());
        };
        let span = if self.drops(parent) { SpanBuilder::from_name("") } else { span() };
        context.with_span(tracer.build_with_context(span, parent))
    }

    /// Whether a span below that of `parent` is dropped for certain. The id of a new trace is not known, and stands for one that every
    /// ratio takes but zero.
    fn drops(&self, parent: &Context) -> bool {
        let Some(sampler) = &self.sampler else { return false };
        let span = parent.span();
        let span = span.span_context();
        let trace_id = if span.is_valid() { span.trace_id() } else { TraceId::INVALID };
        let sampled = sampler.should_sample(Some(parent), trace_id, "", &SpanKind::Consumer, &[], &[]);
        sampled.decision == SamplingDecision::Drop
    }
}

#[cfg(test)]
mod tests;
