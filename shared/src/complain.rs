//! What operators should know, and no caller can be told.

use std::fmt::Display;
use std::io::{self, Write as _};

use crate::one_line;

/// The longest line, in bytes. It may hold a text of [`MAX_TEXT`](crate::MAX_TEXT) and what is said of it.
const MAX_LINE: usize = 4096;

/// Writes a line to standard error, which Lambda sends to CloudWatch. A log that cannot be written must not fail
/// anything, so nothing is said of it.
///
/// It is one line of 4 KiB at most, whatever is in it, and has no opening brace: those who read histories look for JSON
/// behind whatever a line begins with, and a message of a service must not pass for an event.
pub fn complain(line: impl Display) {
    let _ = io::stderr().lock().write_all(text(&line.to_string()).as_bytes());
}

fn text(line: &str) -> String {
    format!("kinetrace: {}\n", one_line(&line.replace('{', "\\u007b"), MAX_LINE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_one_line_and_no_event_whatever_a_service_says() {
        let event = r#"{"event":"produce","outcome":"acknowledged"}"#;
        for said in [event.to_owned(), format!("denied\n{event}\n"), format!("\u{2028}{event}"), event.repeat(10_000)] {
            let text = text(&format!("no answer: {said}"));
            assert!(text.starts_with("kinetrace: no answer: ") && text.len() <= MAX_LINE + 12, "{text}");
            assert_eq!(text.lines().count(), 1, "{text}");
            assert!(!text.contains(['{', '\u{2028}', '\u{85}', '\u{1b}']), "{text}");
        }
    }
}
