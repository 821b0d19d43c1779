//! Why a span ends with an error.

use std::borrow::Cow;
use std::fmt;

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

impl Failure {
    /// The text may be that of another program, and goes to the backend of traces.
    pub(crate) fn new(kind: impl Into<Cow<'static, str>>, text: impl fmt::Display) -> Self {
        Self { kind: kind.into(), text: one_line(&text.to_string(), MAX_TEXT).into_owned() }
    }

    /// The caller did not wait for the outcome.
    pub(crate) fn abandoned() -> Self {
        Self::new("abandoned", "the send was abandoned before its outcome was known")
    }

    pub(crate) fn attribute(&self) -> KeyValue {
        KeyValue::new(names::ERROR_TYPE, self.kind.clone())
    }

    pub(crate) fn tell(&self, span: &SpanRef<'_>) {
        span.set_attribute(self.attribute());
        span.set_status(Status::error(self.text.clone()));
    }
}
