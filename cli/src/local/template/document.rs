//! The text of a template to a tree of values, with every intrinsic function in its long form.

mod builder;
mod document_error;
mod json;
mod scalar;
mod short_form;
#[cfg(test)]
mod tests;
mod yaml;

use serde_json::Value;

pub(crate) use document_error::DocumentError;

/// Reads JSON if the text begins with `{`, and YAML otherwise, or if it is not JSON: a YAML file may begin so, too.
///
/// # Errors
/// Where the text is wrong, and what is wrong there.
pub(crate) fn read(text: &str) -> Result<Value, DocumentError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with('{') {
        return yaml::read(text);
    }
    let error = match json::read(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // What is wrong with something that was meant to be JSON is told in terms of JSON.
    let is_quoted = text.trim_start()[1..].trim_start().starts_with(['"', '}']);
    if is_quoted { Err(error) } else { yaml::read(text) }
}
