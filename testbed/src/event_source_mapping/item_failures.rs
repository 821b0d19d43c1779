//! The list in which a function reports what is not done, whatever identifies an item.

use serde_json::Value;

/// What `batchItemFailures` has. An empty answer, `null` and an answer without the member report nothing.
pub(super) fn items(body: &[u8]) -> Result<Vec<Value>, String> {
    if body.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    let response =
        serde_json::from_slice(body).map_err(|error| format!("the function's response is not JSON: {error}"))?;
    let failures = match response {
        Value::Null => Value::Null,
        Value::Object(mut members) => members.remove("batchItemFailures").unwrap_or_default(),
        _ => return Err("the function's response is not a JSON object".into()),
    };
    match failures {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => Ok(items),
        other => Err(format!("batchItemFailures is {other}, not a list")),
    }
}
