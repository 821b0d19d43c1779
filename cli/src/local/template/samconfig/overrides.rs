//! `parameter_overrides` in every form that the SAM CLI takes.

use serde_json::{Map, Value};

use super::super::super::program::words;
use super::super::scalar_text::as_text;

/// The pairs, or the text that is not one.
pub(super) fn read(value: &Value) -> Result<Vec<(String, String)>, String> {
    match value {
        Value::Array(items) => {
            // In a list each text is a pair with its spaces, or several in the form with ParameterKey.
            let pairs = items.iter().map(|item| match item {
                Value::Object(map) => Ok(self::pairs(map)),
                Value::String(text) if text.starts_with("ParameterKey=") => of_text(text),
                Value::String(text) => pair(text).map(|pair| vec![pair]),
                other => Err(other.to_string()),
            });
            pairs.collect::<Result<Vec<_>, _>>().map(|pairs| pairs.concat())
        }
        Value::Object(map) => Ok(pairs(map)),
        Value::String(text) => of_text(text),
        Value::Null => Ok(Vec::new()),
        other => Err(other.to_string()),
    }
}

/// Pairs with spaces between them, quoted as in a shell.
fn of_text(text: &str) -> Result<Vec<(String, String)>, String> {
    words::split(text).map_err(|_| text.to_owned())?.iter().map(|word| pair(word)).collect()
}

fn pair(word: &str) -> Result<(String, String), String> {
    let old = word.strip_prefix("ParameterKey=").and_then(|rest| rest.split_once(",ParameterValue="));
    let (name, value) = old.or_else(|| word.split_once('=')).ok_or_else(|| word.to_owned())?;
    let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    Ok((name.trim().to_owned(), quoted.unwrap_or(value).to_owned()))
}

/// A map of names to values, as newer versions write it.
fn pairs(map: &Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: &Value| as_text(value).unwrap_or_else(|| value.to_string());
    map.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_is_read() {
        let table = [
            (json!("A=1 B=2"), vec![("A", "1"), ("B", "2")]),
            (json!("A=\"x y\" B='z'"), vec![("A", "x y"), ("B", "z")]),
            (json!("\"A=x y\""), vec![("A", "x y")]),
            (
                json!("ParameterKey=A,ParameterValue=1 ParameterKey=B,ParameterValue=\"b c\""),
                vec![("A", "1"), ("B", "b c")],
            ),
            (json!(["A=x y", "B=\"q\"", "C=a=b"]), vec![("A", "x y"), ("B", "q"), ("C", "a=b")]),
            (json!(["ParameterKey=A,ParameterValue=1"]), vec![("A", "1")]),
            (json!([{"A": 1}, {"B": true}]), vec![("A", "1"), ("B", "true")]),
            (json!({"A": "1", "B": 2}), vec![("A", "1"), ("B", "2")]),
            (json!(""), vec![]),
            (json!(null), vec![]),
        ];
        for (value, pairs) in table {
            let read = read(&value).unwrap();
            assert_eq!(read.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect::<Vec<_>>(), pairs, "{value}");
        }
        assert_eq!(read(&json!("A=1 B")), Err("B".to_owned()));
    }
}
