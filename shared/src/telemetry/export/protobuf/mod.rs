//! Spans as OTLP has them in protobuf, written straight from what the SDK has of them: in the order of what is nested.
//!
//! The SDK's exporter makes a message of each span first, in which every key and every text is a copy. To the byte, this is what it
//! would write: see <https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto>.

mod fields;

mod attributes;

mod span;

mod request;
pub(super) use request::SpanRequests;

#[cfg(test)]
mod tests;
