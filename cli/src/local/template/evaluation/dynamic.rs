//! Dynamic references: `{{resolve:…}}`, which AWS replaces by secrets and parameters when it deploys.

use serde_json::Value;

/// The value with nothing in their place.
pub(super) fn without_references(value: Value, found: &mut Vec<String>) -> Value {
    match value {
        Value::String(text) if text.contains("{{resolve:") => Value::String(without_references_in(&text, found)),
        Value::Array(items) => items.into_iter().map(|item| without_references(item, found)).collect(),
        Value::Object(map) => map.into_iter().map(|(name, value)| (name, without_references(value, found))).collect(),
        value => value,
    }
}

fn without_references_in(text: &str, found: &mut Vec<String>) -> String {
    let (mut rest, mut kept) = (text, String::new());
    while let Some((before, reference)) = rest.split_once("{{resolve:") {
        let Some((reference, after)) = reference.split_once("}}") else { break };
        kept.push_str(before);
        found.push(format!("{{{{resolve:{reference}}}}} is read by AWS only: it is empty here"));
        rest = after;
    }
    kept + rest
}
