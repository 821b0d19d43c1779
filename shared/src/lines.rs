//! Lines for operators about what no caller can be told: events of `tracing` with the target `kinetrace`.

use std::fmt::{self, Display};
use std::io::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::one_line::one_line;

/// The longest line, in bytes. It may hold a text of [`MAX_TEXT`](crate::one_line::MAX_TEXT) and what is said of it.
const MAX_LINE: usize = 4096;

pub(crate) const TARGET: &str = "kinetrace";

/// Tells a program's subscriber of `tracing`, as a warning with the target `kinetrace`. A program without a subscriber is told
/// nothing.
pub fn warn(line: impl Display) {
    let line = line.to_string();
    tracing::warn!(target: TARGET, "{}", one_line(&line, MAX_LINE));
}

/// Writes a line to standard error, which Lambda sends to CloudWatch. A log that cannot be written must not fail
/// anything, so nothing is said of it.
///
/// It is one line of 4 KiB at most, whatever is in it, and has no opening brace: those who read histories look for JSON
/// after whatever a line begins with, and a message of a service must not pass for an event.
pub(crate) fn write_to_stderr(line: &str) {
    let _ = io::stderr().lock().write_all(text(line).as_bytes());
}

fn text(line: &str) -> String {
    format!("kinetrace: {}\n", one_line(&line.replace('{', "\\u007b"), MAX_LINE))
}

/// A subscriber for a process that has no other: it writes this library's warnings to standard error, a line each, and
/// passes over everything else.
#[derive(Debug, Clone, Copy, Default)]
pub struct StderrLines;

impl Subscriber for StderrLines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target() == TARGET && *metadata.level() <= Level::WARN
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        write_to_stderr(&message.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_line_is_one_line_and_not_an_event_for_any_text_of_a_service() {
        let event = r#"{"event":"produce","outcome":"acknowledged"}"#;
        for said in [event.to_owned(), format!("denied\n{event}\n"), format!("\u{2028}{event}"), event.repeat(10_000)] {
            let text = text(&format!("no answer: {said}"));
            assert!(text.starts_with("kinetrace: no answer: ") && text.len() <= MAX_LINE + 12, "{text}");
            assert_eq!(text.lines().count(), 1, "{text}");
            assert!(!text.contains(['{', '\u{2028}', '\u{85}', '\u{1b}']), "{text}");
        }
    }

    /// Keeps what [`StderrLines`] would write.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<String>>>);

    impl Subscriber for Kept {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            StderrLines.enabled(metadata)
        }
        fn new_span(&self, span: &Attributes<'_>) -> Id {
            StderrLines.new_span(span)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            let mut message = Message(String::new());
            event.record(&mut message);
            self.0.lock().unwrap().push(message.0);
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn warnings_of_this_library_are_lines_and_what_others_log_is_not() {
        let kept = Kept::default();
        tracing::subscriber::with_default(kept.clone(), || {
            warn(format_args!("spans are being lost, {} so far", 7));
            tracing::warn!("of another target");
            tracing::info!(target: TARGET, "less than a warning");
            let _entered = tracing::info_span!(target: TARGET, "a span").entered();
        });
        assert_eq!(*kept.0.lock().unwrap(), ["spans are being lost, 7 so far"]);
    }
}
