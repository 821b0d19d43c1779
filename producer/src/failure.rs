//! Why a span ends with an error.

use std::borrow::Cow;

use kinetrace::semantic_conventions as names;
use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanRef, Status};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// One of few: what dashboards count by.
    kind: Cow<'static, str>,
    /// What people are told.
    text: String,
}

impl Failure {
    pub(crate) fn new(kind: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self { kind: kind.into(), text: text.into() }
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
