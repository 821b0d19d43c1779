//! Requests as OpenTelemetry's file exporter writes them: <https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/>.

use opentelemetry_http::Bytes;

use super::super::error::ExportError;
use super::super::json::json;
use super::super::losses::Signal;
use super::super::split::Spans;
use crate::one_line::one_line;

/// Lambda hands a line of up to 256 KiB to CloudWatch whole, and cuts a longer one, so that neither part is JSON.
const MAX_LINE: usize = 250 * 1024;

/// With its line break.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) text: String,
    /// Spans, or metrics.
    pub(super) count: usize,
}

/// In the order of what is in them. None is longer than may be, unless one span alone is.
pub(super) fn lines(signal: Signal, body: &Bytes) -> Result<Vec<Line>, ExportError> {
    let whole = Spans::of(body.clone()).ok_or_else(ExportError::not_otlp)?;
    let (mut parts, mut lines) = (vec![whole], Vec::new());
    while let Some(part) = parts.pop() {
        let count = part.count();
        let text = json(signal, &part.body())?;
        // JSON leaves the separators of Unicode as they are, at which some readers of lines end one.
        let text = one_line(&text, usize::MAX);
        if text.len() >= MAX_LINE && count > 1 {
            let (first, second) = part.halves();
            parts.extend([second, first]);
        } else {
            lines.push(Line { text: format!("{text}\n"), count });
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
    use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
    use prost::Message as _;
    use serde_json::Value;

    use super::*;

    /// A request whose spans have names of these lengths.
    fn request(lengths: &[usize], letter: &str) -> Bytes {
        let spans = lengths.iter().map(|length| Span { name: letter.repeat(*length), ..Span::default() }).collect();
        let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
        let resource_spans = vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }];
        ExportTraceServiceRequest { resource_spans }.encode_to_vec().into()
    }

    fn lengths(line: &Line) -> Vec<usize> {
        let json: Value = serde_json::from_str(&line.text).unwrap();
        let spans = json["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap();
        let length = |span: &Value| span["name"].as_str().unwrap().chars().count();
        let lengths: Vec<_> = spans.iter().map(length).collect();
        assert_eq!(lengths.len(), line.count);
        lengths
    }

    #[test]
    fn a_request_is_one_line_unless_that_is_longer_than_cloudwatch_takes() {
        const LONG: usize = 100_000;
        for (spans, expected) in [
            (&[1, 2, 3][..], vec![vec![1, 2, 3]]),
            (&[LONG, LONG + 1], vec![vec![LONG, LONG + 1]]),
            (&[LONG, LONG + 1, 3, LONG + 2], vec![vec![LONG, LONG + 1], vec![3, LONG + 2]]),
            // One span cannot be divided.
            (&[1, 5 * LONG, 2], vec![vec![1], vec![5 * LONG], vec![2]]),
        ] {
            let lines = lines(Signal::Spans, &request(spans, "x")).unwrap();
            assert_eq!(lines.iter().map(lengths).collect::<Vec<_>>(), expected);
            assert!(lines.iter().all(|line| line.text.len() <= MAX_LINE || line.count == 1));
        }
    }

    #[test]
    fn nothing_in_a_span_ends_its_line() {
        for letter in ["\n", "\r", "\u{2028}", "\u{85}", "\u{1b}", "\""] {
            let lines = lines(Signal::Spans, &request(&[3], letter)).unwrap();
            let [line] = &lines[..] else { panic!("{lines:?}") };
            assert_eq!(lengths(line), [3]);
            let text = line.text.strip_suffix('\n').unwrap();
            assert!(!text.contains(['\n', '\r', '\u{2028}', '\u{85}', '\u{1b}']), "{text}");
        }
    }
}
