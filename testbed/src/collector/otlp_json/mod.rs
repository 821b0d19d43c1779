//! OTLP in JSON, read into the messages that binary requests have.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding>: keys in lowerCamelCase, ids in hex, whole numbers of 64
//! bits as text. Read is what senders write beyond that, too: numbers as numbers, enums by their names, `null` for what is absent.
//! Members that are unknown are passed over, as the specification says.

mod any_value;
mod field;
mod logs;
mod metrics;
mod trace;

pub(super) use logs::Logs;
pub(super) use metrics::Metrics;
pub(super) use trace::{ResourceSpans, Traces};
