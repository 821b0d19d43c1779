//! From what fields say of a span to a context of OpenTelemetry.

use std::str::FromStr as _;

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};

use crate::context::remote_span::{RemoteSpan, Sampling};

/// The span, with `deferred` where the decision was left to the receiver. Of a `tracestate`, what the SDK refuses is left out.
pub(super) fn span_context(span: &RemoteSpan<'_>, deferred: TraceFlags) -> Option<SpanContext> {
    let flags = match span.sampling {
        Sampling::Sampled => TraceFlags::SAMPLED,
        Sampling::NotSampled => TraceFlags::default(),
        Sampling::Deferred => deferred,
    };
    let (trace_id, span_id) = (TraceId::from_hex(&span.trace_id).ok()?, SpanId::from_hex(span.span_id).ok()?);
    let state = TraceState::from_str(&span.tracestate).unwrap_or_default();
    Some(SpanContext::new(trace_id, span_id, flags, true, state))
}

/// The context with the span, if there is one.
pub(super) fn with_span(context: &Context, span: Option<RemoteSpan<'_>>, deferred: TraceFlags) -> Context {
    match span.and_then(|span| span_context(&span, deferred)) {
        Some(span) => context.with_remote_span_context(span),
        None => context.clone(),
    }
}
