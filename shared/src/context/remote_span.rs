//! What fields say of a sender's span, before a library of OpenTelemetry makes a context of it.

use std::borrow::Cow;

/// A span that fields name. The ids are lower-case hex, and not all zeros.
#[derive(Debug)]
pub(crate) struct RemoteSpan<'a> {
    /// 16 or 32 characters.
    pub(crate) trace_id: Cow<'a, str>,
    /// 16 characters.
    pub(crate) span_id: &'a str,
    pub(crate) sampling: Sampling,
    /// Not checked; empty if there is none.
    pub(crate) tracestate: String,
}

/// The sender's decision whether the trace is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sampling {
    Sampled,
    NotSampled,
    /// The receiver decides.
    Deferred,
}
