//! JSON whose numbers are still written as they were: a filter that names 300 does not match 300.0.

use std::collections::HashMap;

use serde_json::value::RawValue;

/// How deep lists and objects may be within each other: as far as serde_json reads into a value. Whatever reads a value level by level
/// reads its text once a level, and takes room on the stack for each.
pub(super) const DEEPEST: usize = 128;

/// Whether lists and objects are deeper within each other than that. The text is JSON.
pub(super) fn is_too_deep(text: &str) -> bool {
    let (mut depth, mut in_text, mut is_escaped) = (0_usize, false, false);
    text.bytes().any(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    })
}

/// A value, read one level deep.
#[derive(Debug)]
pub(super) enum Json<'a> {
    Scalar(Scalar),
    List(Vec<&'a RawValue>),
    Object(HashMap<String, &'a RawValue>),
}

/// A value without parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
}

impl<'a> Json<'a> {
    pub(super) fn read(raw: &'a RawValue) -> Self {
        let text = raw.get();
        // A text that cannot be read, because of half a surrogate pair, counts as what is written.
        let as_written = || Self::Scalar(Scalar::Text(text.to_owned()));
        match text.as_bytes().first() {
            Some(b'{') => serde_json::from_str(text).map_or_else(|_| as_written(), Self::Object),
            Some(b'[') => serde_json::from_str(text).map_or_else(|_| as_written(), Self::List),
            Some(b'"') => {
                serde_json::from_str(text).map_or_else(|_| as_written(), |text| Self::Scalar(Scalar::Text(text)))
            }
            Some(b't') => Self::Scalar(Scalar::Bool(true)),
            Some(b'f') => Self::Scalar(Scalar::Bool(false)),
            Some(b'n') | None => Self::Scalar(Scalar::Null),
            Some(_) => Self::Scalar(Scalar::Number(text.to_owned())),
        }
    }

    /// The scalars that a field with this value has: itself, or those in its lists. An object has none.
    pub(super) fn leaves(self) -> Vec<Scalar> {
        match self {
            Self::Scalar(scalar) => vec![scalar],
            Self::List(items) => items.into_iter().flat_map(|item| Json::read(item).leaves()).collect(),
            Self::Object(_) => Vec::new(),
        }
    }
}
