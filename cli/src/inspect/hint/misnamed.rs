//! Fields of a context under another name, of another type, or malformed.

use kinetrace::Fields;
use kinetrace::Notation;
use serde_json::value::RawValue;

use super::step::Step;
use crate::inspect::object::{self, Object};

/// A field that would name a trace.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Misnamed {
    /// Names are compared exactly.
    Name { written: String, meant: &'static str },
    /// It is not a string, as headers of HTTP in Go are not, and attributes of DynamoDB.
    NotText { name: &'static str },
    /// It is where no field of its name is looked for.
    Elsewhere { name: &'static str },
    /// It is a string, and not a context.
    Malformed { name: &'static str, fault: String },
}

/// The fields of which one alone names a trace.
const NAMES: [&str; 3] = ["traceparent", "b3", "x-amzn-trace-id"];

pub(super) fn find(object: &Object<'_>, steps: &[Step]) -> Option<Misnamed> {
    object.iter().find_map(|(written, value)| {
        let name = NAMES.into_iter().find(|name| plain(name) == plain(written))?;
        let text = text_in(value)?;
        let is_text = object::text(value).is_some();
        let mut fields = Fields::default();
        fields.set(name, text.clone());
        if Notation::all_of(&fields).next().is_none() {
            return (is_text && written == "traceparent" && is_looked_at(steps))
                .then(|| Misnamed::Malformed { name, fault: fault(&text) });
        }
        Some(match (written == name, is_text) {
            (false, _) => Misnamed::Name { written: written.to_owned(), meant: name },
            (true, false) => Misnamed::NotText { name },
            (true, true) => Misnamed::Elsewhere { name },
        })
    })
}

/// `TraceParent`, `trace-parent` and `TRACE_PARENT` are alike.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect()
}

/// Where a `traceparent` is looked for: among the record's own members, and in an `_otel`.
fn is_looked_at(steps: &[Step]) -> bool {
    matches!(steps, []) || matches!(steps, [Step::Member(name)] if name == "_otel")
}

/// The string, or that in an array, as Go writes headers, or in an object that names its type, as DynamoDB, SQS and SNS
/// write attributes.
fn text_in(value: &RawValue) -> Option<String> {
    if let Some(object) = Object::of(value) {
        return ["S", "StringValue", "stringValue", "Value", "value"].iter().find_map(|name| object.text(name));
    }
    object::text(value).or_else(|| object::text(object::list(value)?.first()?))
}

/// What is wrong with a `traceparent`.
pub(super) fn fault(text: &str) -> String {
    let at = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let is_zero = |text: &str| !text.is_empty() && text.bytes().all(|b| b == b'0');
    if text.trim() != text {
        "white space around it".to_owned()
    } else if text.bytes().any(|b| b.is_ascii_uppercase()) {
        "upper-case letters in it".to_owned()
    } else if at(0..2) == "ff" {
        "version ff, which there is none of".to_owned()
    } else if is_zero(at(3..35)) {
        "a trace id of zeros".to_owned()
    } else if is_zero(at(36..52)) {
        "a span id of zeros".to_owned()
    } else if text.len() != 55 {
        format!("{} bytes, and 55 are right", text.len())
    } else {
        "other characters than hex digits and hyphens at their places".to_owned()
    }
}
