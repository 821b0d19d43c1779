//! Where in a trace the business code is.

use std::convert::Infallible;

use opentelemetry::Context;
use opentelemetry::trace::{SpanId, TraceContextExt as _, TraceId, TraceState};

use crate::from_record::FromRecord;
use crate::record::Record;

/// The current span, for logs and for the headers of requests: without a crate of OpenTelemetry.
///
/// As an argument of a handler it is the record's process span. Where telemetry is off it is what that would continue, so
/// that the trace of a record that is alone in its invocation goes on after the handler; where there is no trace, the ids
/// are zeros. It never fails a record.
///
/// ```
/// use kinetrace_consumer::{Failure, Record, TraceContext};
///
/// async fn handle(trace: TraceContext, record: Record) -> Result<(), Failure> {
///     println!("{{\"trace_id\":\"{}\",\"bytes\":{}}}", trace.trace_id(), record.payload.len());
///     for (name, value) in trace.headers() {
///         // request.header(name, value)
///         # let _ = (name, value);
///     }
///     Ok(())
/// }
/// # let _ = kinetrace_consumer::run(handle);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: TraceId,
    span_id: SpanId,
    is_sampled: bool,
    state: TraceState,
}

impl TraceContext {
    /// Of the span that is current right here: a handler's process span, or the one that it opened itself.
    pub fn current() -> Self {
        Context::map_current(Self::of)
    }

    pub(crate) fn of(context: &Context) -> Self {
        let span = context.span();
        let span = span.span_context();
        Self {
            trace_id: span.trace_id(),
            span_id: span.span_id(),
            is_sampled: span.is_sampled(),
            state: span.trace_state().clone(),
        }
    }

    /// The trace, as 32 hexadecimal digits in lower case: zeros if there is none.
    pub fn trace_id(&self) -> String {
        self.trace_id.to_string()
    }

    /// The trace, as a tracer of your own takes it.
    pub fn trace_id_bytes(&self) -> [u8; 16] {
        self.trace_id.to_bytes()
    }

    /// The span, as 16 hexadecimal digits in lower case: zeros if there is none.
    pub fn span_id(&self) -> String {
        self.span_id.to_string()
    }

    /// The span, as a tracer of your own takes it.
    pub fn span_id_bytes(&self) -> [u8; 8] {
        self.span_id.to_bytes()
    }

    /// Whether the trace is recorded.
    pub fn is_sampled(&self) -> bool {
        self.is_sampled
    }

    /// Whether there is a trace.
    pub fn is_valid(&self) -> bool {
        self.trace_id != TraceId::INVALID && self.span_id != SpanId::INVALID
    }

    /// The header `traceparent` (<https://www.w3.org/TR/trace-context/#traceparent-header>), if there is a trace.
    pub fn traceparent(&self) -> Option<String> {
        let flags = u8::from(self.is_sampled);
        self.is_valid().then(|| format!("00-{}-{}-{flags:02x}", self.trace_id, self.span_id))
    }

    /// The header `tracestate`, if there is one to be sent.
    pub fn tracestate(&self) -> Option<String> {
        Some(self.state.header()).filter(|state| self.is_valid() && !state.is_empty())
    }

    /// The headers by which a called service continues the trace; none if there is none. Baggage is not among them.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let headers = [("traceparent", self.traceparent()), ("tracestate", self.tracestate())];
        headers.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }
}

impl<S> FromRecord<S> for TraceContext {
    type Rejection = Infallible;

    fn from_record(_: &Record, _: &S) -> Result<Self, Infallible> {
        Ok(Self::current())
    }
}
