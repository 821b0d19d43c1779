//! The ids of a span.

use opentelemetry::trace::SpanContext;
use serde::{Deserialize, Serialize};

use crate::hex;

/// The ids that name a span, in lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TraceIds {
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
}

impl TraceIds {
    /// Of texts in lower-case hex, which are not checked.
    pub fn new(trace_id: impl Into<String>, span_id: impl Into<String>) -> Self {
        Self { trace_id: trace_id.into(), span_id: span_id.into() }
    }

    /// The ids of a span; `None` if the context names none.
    pub fn of(span: &SpanContext) -> Option<Self> {
        let ids =
            || Self { trace_id: hex::of(&span.trace_id().to_bytes()), span_id: hex::of(&span.span_id().to_bytes()) };
        span.is_valid().then(ids)
    }
}
