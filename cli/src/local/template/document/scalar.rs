//! What the text of a plain YAML scalar stands for.

use serde_json::{Number, Value};

/// YAML 1.1, as CloudFormation and SAM read it, with one exception: digits that a number would not be written with stay
/// text, such as an account's `012345678901` and a version's `1.10`.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Value::Bool(false),
        text => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

/// A number that is written back as it was.
pub(super) fn number(text: &str) -> Option<Number> {
    if !text.starts_with(|first: char| first.is_ascii_digit() || first == '-') {
        return None;
    }
    let number = text.parse::<i64>().ok().map(Number::from);
    let number = number.or_else(|| text.parse::<u64>().ok().map(Number::from));
    let number = number.or_else(|| Number::from_f64(text.parse::<f64>().ok()?))?;
    (number.to_string() == text).then_some(number)
}
