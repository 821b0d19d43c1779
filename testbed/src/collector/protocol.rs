//! What OTLP/HTTP has fixed names for.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp-request>

pub(super) const TRACES: &str = "/v1/traces";
pub(super) const LOGS: &str = "/v1/logs";
pub(super) const METRICS: &str = "/v1/metrics";

/// The media type of requests and answers in binary protobuf.
pub(super) const PROTOBUF: &str = "application/x-protobuf";

/// The media type of requests and answers in JSON.
pub(super) const JSON: &str = "application/json";
