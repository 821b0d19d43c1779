//! Why a span ends with an error.

use std::borrow::Cow;

use kinetrace::__private::semantic_conventions as names;
use kinetrace::__private::{MAX_TEXT, one_line};
use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanRef, Status};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// One of few: what dashboards count by.
    kind: Cow<'static, str>,
    /// What people are told.
    text: String,
}

/// The code of an error of AWS is an identifier; this is more than any has, in bytes.
const MAX_KIND: usize = 128;

impl Failure {
    /// Both may be a service's words, and go to the backend of traces.
    pub(crate) fn new(kind: impl Into<Cow<'static, str>>, text: impl AsRef<str>) -> Self {
        let kind = match kind.into() {
            Cow::Borrowed(kind) => kind.into(),
            Cow::Owned(kind) => one_line(&kind, MAX_KIND).into_owned().into(),
        };
        Self { kind, text: one_line(text.as_ref(), MAX_TEXT).into_owned() }
    }

    /// Of a request, when some of its records did not arrive.
    pub(crate) fn of_records(failed: usize, all: usize) -> Option<Self> {
        (failed > 0).then(|| Self::new("put", format!("{failed} of {all} records failed")))
    }

    /// Nobody waited for the answer.
    pub(crate) fn abandoned() -> Self {
        Self::new("abandoned", "the put was abandoned before an answer came")
    }

    pub(crate) fn tell(&self, span: &SpanRef<'_>) {
        span.set_attribute(KeyValue::new(names::ERROR_TYPE, self.kind.clone()));
        span.set_status(Status::error(self.text.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_service_says_goes_into_a_span_on_one_line_of_bounded_length() {
        let failure = Failure::new("Denied\n".repeat(1000), format!("no\n{}", "x".repeat(300_000)));
        assert!(failure.kind.len() <= MAX_KIND && failure.kind.starts_with(r"Denied\nDenied"), "{}", failure.kind);
        assert!(failure.text.len() <= MAX_TEXT && failure.text.starts_with(r"no\nxxx"), "{}", failure.text);
    }
}
