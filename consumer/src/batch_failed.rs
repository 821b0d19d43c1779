//! How the error of an invocation that fails as a whole is told: to Lambda, in the log and on the span. The text is for people,
//! and one line.

use std::borrow::Cow;
use std::fmt::{self, Display};

use kinetrace::__private::semantic_conventions as names;
use kinetrace::__private::{MAX_TEXT, one_line};
use lambda_runtime::Diagnostic;
use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanRef, Status};

fn text(error: &impl Display) -> String {
    let text = error.to_string();
    match one_line(&text, MAX_TEXT) {
        Cow::Borrowed(_) => text,
        Cow::Owned(line) => line,
    }
}

/// The Lambda runtime logs the error of an invocation by its `Debug`.
pub(crate) fn debug(error_type: &str, error: &impl Display, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error_type}: {}", text(error))
}

/// What Lambda is answered.
pub(crate) fn diagnostic(error_type: &str, error: &impl Display) -> Diagnostic {
    Diagnostic { error_type: error_type.to_owned(), error_message: text(error) }
}

/// What the invocation's span says.
pub(crate) fn mark(span: &SpanRef<'_>, error_type: &'static str, error: &impl Display) {
    span.set_attribute(KeyValue::new(names::ERROR_TYPE, error_type));
    span.set_status(Status::error(text(error)));
}
