//! Business events in a text, and the group of each.

use std::borrow::Cow;
use std::collections::HashMap;

use kinetrace::__private::JsonFault;
use kinetrace::Record;
use serde_json::value::RawValue;

/// What is wrong with a text of events, by the place where it is. The texts quote nothing of an event; the error of
/// `serde_json` inside does.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventsError {
    /// It begins like a JSON array and is none.
    #[error("not a JSON array: {}", JsonFault(.0))]
    Array(serde_json::Error),
    /// One event is not usable.
    #[error("{place} {number}: {reason}")]
    Event {
        /// `line`, counted from 1, or `event` of an array, counted from 0.
        place: &'static str,
        /// Which one.
        number: usize,
        /// What is wrong with it.
        reason: EventError,
    },
}

/// An event has no group.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// It is something else, or not JSON.
    #[error("it is not a JSON object: {}", brief(.0))]
    NotAnObject(serde_json::Error),
    /// The group field is not there.
    #[error("it has no field {0:?}")]
    Missing(String),
    /// The group field is `""`.
    #[error("its field {0:?} is empty")]
    Empty(String),
    /// The group field is not a string, a number or another scalar.
    #[error("its field {0:?} is an object or an array, which names no group")]
    NotAScalar(String),
}

/// Without the line, which counts within the event and would contradict the one that is told already.
fn brief(error: &serde_json::Error) -> String {
    let text = JsonFault(error).to_string();
    match text.rsplit_once(" at line ") {
        Some((what, _)) => format!("{what} at column {}", error.column()),
        None => text,
    }
}

/// Reads a JSON array of objects, or one JSON object a line; blank lines do not count. Each event keeps its own text, to
/// the byte, and is a record of the group that its field `group_field` names.
///
/// # Errors
///
/// The first event that is not usable. Nothing is half read.
///
/// ```
/// let records = kinetrace_producer_function::events::read("{\"tailnum\":\"N14228\"}\n{\"tailnum\":null}\n", "tailnum")?;
/// assert_eq!(records[0].partition_key, "N14228");
/// assert_eq!(records[1].partition_key, "null");
/// # Ok::<(), kinetrace_producer_function::events::EventsError>(())
/// ```
pub fn read(text: &str, group_field: &str) -> Result<Vec<Record>, EventsError> {
    Texts::split(text)?.records(group_field)
}

/// The texts of events, as yet unread: they can be counted before there is a record of each.
#[derive(Debug)]
pub(crate) struct Texts<'a> {
    /// What their numbers count.
    place: &'static str,
    numbered: Vec<(usize, &'a str)>,
}

impl<'a> Texts<'a> {
    pub(crate) fn split(text: &'a str) -> Result<Self, EventsError> {
        if text.trim_start().starts_with('[') {
            let events: Vec<&RawValue> = serde_json::from_str(text).map_err(EventsError::Array)?;
            return Ok(Self::of_array(&events));
        }
        let numbered = (1..).zip(text.lines()).filter(|(_, event)| !event.trim().is_empty()).collect();
        Ok(Self { place: "line", numbered })
    }

    pub(crate) fn of_array(events: &[&'a RawValue]) -> Self {
        Self { place: "event", numbered: events.iter().map(|event| event.get()).enumerate().collect() }
    }

    pub(crate) fn len(&self) -> usize {
        self.numbered.len()
    }

    pub(crate) fn records(&self, group_field: &str) -> Result<Vec<Record>, EventsError> {
        let record = |&(number, event): &(usize, &str)| match group_of(event, group_field) {
            Ok(group) => Ok(Record::new(group, event)),
            Err(reason) => Err(EventsError::Event { place: self.place, number, reason }),
        };
        self.numbered.iter().map(record).collect()
    }
}

/// The value of the event's group field: a string's text; of any other scalar, `null` included, what it looks like in
/// JSON. Events whose group is unknown thus form one group, and stay in order among themselves.
fn group_of(event: &str, field: &str) -> Result<String, EventError> {
    let members: HashMap<Cow<'_, str>, &RawValue> = serde_json::from_str(event).map_err(EventError::NotAnObject)?;
    let value = members.get(field).ok_or_else(|| EventError::Missing(field.to_owned()))?.get();
    match value.as_bytes().first() {
        Some(b'"') => {
            let text: String = serde_json::from_str(value).map_err(EventError::NotAnObject)?;
            if text.is_empty() { Err(EventError::Empty(field.to_owned())) } else { Ok(text) }
        }
        Some(b'{' | b'[') => Err(EventError::NotAScalar(field.to_owned())),
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

    #[test]
    fn what_is_wrong_is_told_without_a_word_of_the_event() {
        for text in [
            "\"alice@example.com\"",
            "[\"alice@example.com\"]",
            "[{\"g\":1},\"alice@example.com\"",
            "alice@example.com",
            "{\"g\":\"alice@example.com\\ud800\"}",
            "{\"g\":{\"alice\":1}}",
            "{\"alice\":1}",
            "{\"alice\":\"\u{1}\"}",
        ] {
            let error = read(text, "g").unwrap_err();
            let told = kinetrace::__private::Causes(&error).to_string();
            assert!(!told.contains("alice"), "{text}: {told}");
            assert!(told.len() > "line 1: ".len(), "{text}: {told}");
        }
    }
}
