//! A program's log, with lines of OTLP among whatever else it has.

use serde_json::Deserializer;

use super::document::Document;
use super::error::ReadSpansError;
use super::read::ReadSpans;

/// As OpenTelemetry's exporters to standard output begin a line of spans. A tool may have put a time before it.
const BEGINNING: &[u8] = b"{\"resourceSpans\":";

/// `None` if there are no such lines. Those that were cut are passed over, unless nothing else is there: Lambda cuts a long line,
/// and a program may be writing its last one.
pub(super) fn spans(text: &[u8]) -> Option<Result<ReadSpans, ReadSpansError>> {
    let (mut read, mut first_cut) = (ReadSpans::default(), None);
    let mut has_whole = false;
    for (number, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let mut rest = line;
        while let Some(at) = beginning(rest) {
            let length = match document(&rest[at..]) {
                Ok((document, length)) => {
                    has_whole = true;
                    read.spans.extend(document.spans().unwrap_or_default());
                    length
                }
                Err(source) => {
                    let is_cut = !source.is_data();
                    let error = ReadSpansError::Json { line: number + 1, source };
                    if !is_cut {
                        return Some(Err(error));
                    }
                    read.cut_lines += 1;
                    first_cut.get_or_insert(error);
                    BEGINNING.len()
                }
            };
            rest = &rest[at + length..];
        }
    }
    if has_whole { Some(Ok(read)) } else { first_cut.map(Err) }
}

fn beginning(line: &[u8]) -> Option<usize> {
    line.windows(BEGINNING.len()).position(|window| window == BEGINNING)
}

/// And how long it is.
fn document(text: &[u8]) -> Result<(Document, usize), serde_json::Error> {
    let mut documents = Deserializer::from_slice(text).into_iter();
    let document = documents.next().transpose()?.unwrap_or_default();
    Ok((document, documents.byte_offset()))
}
