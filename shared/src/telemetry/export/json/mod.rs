//! A request of OTLP in JSON, made of the same one in protobuf: <https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding>.
//!
//! Made of the bytes, by a table of fields. The messages of `opentelemetry-proto` can be written as JSON, too; but they write
//! `null` for a number that is none, which receivers refuse with all that is in the request, and it takes a second copy of a
//! request in memory, and the code that makes it.
//!
//! * `wire`: the fields of a message, in its bytes.
//! * `schema`: what each field is.
//! * `text`: the JSON.

mod schema;
mod text;
mod wire;

use super::error::ExportError;
use super::losses::Signal;

/// `body` is what the exporter of this signal has made.
pub(super) fn json(signal: Signal, body: &[u8]) -> Result<String, ExportError> {
    let schema = match signal {
        Signal::Spans => &schema::TRACES,
        Signal::Metrics => &schema::METRICS,
        Signal::Logs => &schema::LOGS,
    };
    text::of(schema, body).ok_or_else(ExportError::not_otlp)
}

#[cfg(test)]
mod tests;
