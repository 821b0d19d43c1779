//! The context as text: its fields, how they name a trace, and the propagators that write and read them. Whatever carries it.

pub(crate) mod b3;
pub(crate) mod datadog;
pub(crate) mod fields;
pub(crate) mod injection;
pub(crate) mod injection_counts;
pub(crate) mod jaeger;
pub(crate) mod notation;
pub(crate) mod order;
#[cfg(feature = "opentelemetry")]
pub(crate) mod propagators;
pub(crate) mod remote_span;
pub(crate) mod traceparent;
pub(crate) mod xray;
