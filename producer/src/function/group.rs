//! The group of an event.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::value::RawValue;

/// An event has no group.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoGroup {
    #[error("it is not a JSON object: {0}")]
    NotAnObject(serde_json::Error),
    #[error("it has no field {0:?}")]
    Missing(String),
    #[error("its field {0:?} is empty")]
    Empty(String),
    #[error("its field {0:?} is an object or an array, which names no group")]
    NotAScalar(String),
}

/// The value of the event's group field: a string's text; of any other scalar, `null` included, what it looks like in
/// JSON. Events whose group is unknown thus form one group, and stay in order among themselves.
pub(super) fn group_of(event: &str, field: &str) -> Result<String, NoGroup> {
    let members: HashMap<Cow<'_, str>, &RawValue> = serde_json::from_str(event).map_err(NoGroup::NotAnObject)?;
    let value = members.get(field).ok_or_else(|| NoGroup::Missing(field.to_owned()))?.get();
    match value.as_bytes().first() {
        Some(b'"') => {
            let text: String = serde_json::from_str(value).map_err(NoGroup::NotAnObject)?;
            if text.is_empty() { Err(NoGroup::Empty(field.to_owned())) } else { Ok(text) }
        }
        Some(b'{' | b'[') => Err(NoGroup::NotAScalar(field.to_owned())),
        _ => Ok(value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scalar_names_a_group() {
        for (event, group) in [
            (r#"{"g":"N14228","x":{"g":1}}"#, "N14228"),
            (r#"{"g":"\u0041\"b"}"#, "A\"b"),
            (r#"{"g": 1.50 }"#, "1.50"),
            (r#"{"g":true}"#, "true"),
            (r#"{"g":null}"#, "null"),
        ] {
            assert_eq!(group_of(event, "g").unwrap(), group, "{event}");
        }
    }

    #[test]
    fn an_event_without_a_group_says_why() {
        for (event, reason) in [
            (r#"{"h":1}"#, "no field \"g\""),
            (r#"{"g":""}"#, "empty"),
            (r#"{"g":[1]}"#, "array"),
            ("[1]", "not a JSON object"),
            ("{", "not a JSON object"),
        ] {
            let error = group_of(event, "g").unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
