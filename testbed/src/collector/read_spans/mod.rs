//! Spans from a file: what OpenTelemetry's collector writes, or a function to its log, or Jaeger's page saves.
//!
//! * `unpacked`: gzip, if it is. `document`: of OTLP, or `jaeger`: its own form. `log`: lines among others.

mod document;
mod error;
mod jaeger;
mod log;
mod read;
mod unpacked;

pub use error::ReadSpansError;
pub use read::ReadSpans;

use serde_json::Deserializer;

use super::span::Span;
use document::Document;

/// The spans in a file, in its order: of OTLP in JSON, one document or one on each line, as the collector's file exporter writes
/// them; or of Jaeger's `/api/traces`, as its page saves them. Either may be packed with gzip, of at most 1 GiB
/// unpacked. Logs and metrics between them are passed over, and so are all other lines of a log into which a program
/// writes its spans, as `OTEL_TRACES_EXPORTER=otlp/stdout` has it. A line of spans that was cut, at its end or by the next one, is
/// counted and passed over.
///
/// # Errors
///
/// There is something else in it, or nothing that is whole. Nothing is read then.
pub fn read_spans(bytes: &[u8]) -> Result<ReadSpans, ReadSpansError> {
    let bytes = unpacked::unpacked(bytes)?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let whole = whole(text).map(|spans| ReadSpans { spans, cut_lines: 0 });
    whole.or_else(|error| log::spans(text).unwrap_or(Err(error)))
}

/// Where there is nothing else.
fn whole(text: &[u8]) -> Result<Vec<Span>, ReadSpansError> {
    let mut documents = Deserializer::from_slice(text).into_iter::<Document>();
    let mut spans = Vec::new();
    while let Some(document) = documents.next() {
        let document = document.map_err(|source| ReadSpansError::Json { line: source.line(), source })?;
        match document.spans() {
            Some(mut more) => spans.append(&mut more),
            None => {
                let read = &text[..documents.byte_offset()];
                return Err(ReadSpansError::Foreign { line: 1 + read.iter().filter(|byte| **byte == b'\n').count() });
            }
        }
    }
    Ok(spans)
}

#[cfg(test)]
mod tests;
