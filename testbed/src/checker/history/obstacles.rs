//! Why a history that was read has no event.

use super::unpacked::Packing;

/// What stood in the way of events.
#[derive(Debug, Default)]
pub(super) struct Obstacles {
    pub(super) files: u64,
    pub(super) lines: u64,
    /// What was said of the first event that could not be read, and of the first document that was cut off or a part.
    pub(super) first_unreadable: Option<String>,
    pub(super) first_part: Option<String>,
    pub(super) packing: Option<Packing>,
    shape: Option<&'static str>,
}

/// Where events are out of reach: what stands there, what does not, and what to do.
const SHAPES: [(&str, &str, &str); 5] = [
    (
        "H4sI",
        "",
        "there is compressed data in it as base64, as CloudWatch Logs sends it to a function or a stream: take it out, for \
         instance with `jq -r .awslogs.data | base64 -d`, and give that",
    ),
    (
        "@ptr",
        "@message",
        "it is the answer of a query of Logs Insights that has no field @message: ask for `fields @timestamp, @message`",
    ),
    (
        "\"queryId\"",
        "\"results\"",
        "it names a query of Logs Insights, and is not its answer: `aws logs get-query-results --query-id …` gives that",
    ),
    ("\"logStreams\"", "\"message\"", "it lists log streams, and holds none of their events: use `aws logs tail`"),
    ("\"logGroups\"", "\"message\"", "it lists log groups, and holds none of their events: use `aws logs tail`"),
];

impl Obstacles {
    /// Takes note of how a file begins.
    pub(super) fn look_at(&mut self, beginning: &[u8]) {
        let has = |text: &str| beginning.windows(text.len()).any(|window| window == text.as_bytes());
        let shape = || SHAPES.into_iter().find(|(there, absent, _)| has(there) && (absent.is_empty() || !has(absent)));
        self.shape = self.shape.or_else(|| shape().map(|(.., reason)| reason));
    }

    pub(super) fn reason(&self) -> String {
        if let Some(first) = &self.first_unreadable {
            return format!("what says that it is an event cannot be read, the first is {first}");
        }
        if let Some(packing) = self.packing {
            return packing.to_string();
        }
        if let Some(shape) = self.shape {
            return shape.to_owned();
        }
        if let Some(first) = &self.first_part {
            return format!("what was exported is not whole: {first}");
        }
        match (self.files, self.lines) {
            (0, _) => "there is no file in it".to_owned(),
            (_, 0) => "there is no line at all".to_owned(),
            (_, lines) => format!(
                "none of the {lines} lines is one, nor holds one in a string or a cell; they are logged to standard output, \
                 one JSON object a line, by both functions and by programs that use the libraries"
            ),
        }
    }
}
