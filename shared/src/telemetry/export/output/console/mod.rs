//! Spans, log records and metrics as text, for people who want to see what a program sends.
//!
//! Text that others wrote is on one line, and has no opening brace: those who read histories look for JSON after whatever a
//! line begins with, and an attribute must not pass for an event.

#[cfg(feature = "otlp-logs")]
mod log_record;
mod metrics;
mod span;

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::KeyValue;

use crate::one_line::{MAX_TEXT, one_line};

#[cfg(feature = "otlp-logs")]
pub(in super::super) use log_record::log_record;
pub(super) use metrics::metrics;
pub(in super::super) use span::span;

/// The time of the day, in UTC.
fn clock(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = since.as_secs() % (24 * 60 * 60);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hour:02}:{minute:02}:{second:02}.{:06}Z", since.subsec_micros())
}

/// Each after a space.
fn attributes<'a>(attributes: impl IntoIterator<Item = &'a KeyValue>) -> String {
    attributes.into_iter().fold(String::new(), |mut text, attribute| {
        let _ = write!(text, " {}={}", plain(attribute.key.as_str()), value(&attribute.value.to_string()));
        text
    })
}

/// In quotation marks, if it could not be told from what follows it otherwise.
fn value(text: &str) -> String {
    match text.is_empty() || text.contains([' ', '"', '=']) {
        true => format!("\"{}\"", plain(text)),
        false => plain(text),
    }
}

fn plain(text: &str) -> String {
    one_line(text, MAX_TEXT).replace('{', "\\u007b")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_time_of_a_day_has_microseconds() {
        let at = |micros| clock(UNIX_EPOCH + Duration::from_micros(micros));
        assert_eq!(at(0), "00:00:00.000000Z");
        assert_eq!(at(86_399_999_999), "23:59:59.999999Z");
        assert_eq!(at(1_581_452_773_000_789), "20:26:13.000789Z");
    }

    #[test]
    fn a_value_is_on_one_line_and_opens_no_brace() {
        for (text, shown) in [
            ("flights", "flights"),
            ("", "\"\""),
            ("two words", "\"two words\""),
            ("a=b", "\"a=b\""),
            ("a\nb", "a\\nb"),
            (r#"{"event":"process"}"#, r#""\u007b"event":"process"}""#),
        ] {
            assert_eq!(attributes([&KeyValue::new("k", text)]), format!(" k={shown}"));
        }
        assert!(value(&"x".repeat(10_000)).len() <= MAX_TEXT);
    }
}
