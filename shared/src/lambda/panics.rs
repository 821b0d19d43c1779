//! A panic, on one line of the function's log.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::Display;
use std::io::{self, Write as _};
use std::panic;

use crate::lines::write_to_stderr;
use crate::one_line::{MAX_TEXT, one_line};
use crate::panic_message::panic_message;

/// Has panics of this process reported on standard error, a line each. The standard hook writes a message as it is: one with a service's
/// words in it may have line breaks, and any length.
///
/// It is for a process that is a function and nothing else. With `RUST_BACKTRACE`, the frames follow the line.
pub fn report_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        write_to_stderr(&line(place, panic_message(panic.payload())));
        let backtrace = Backtrace::capture();
        if backtrace.status() == BacktraceStatus::Captured {
            let _ = write!(io::stderr().lock(), "{backtrace}");
        }
    }));
}

fn line(place: impl Display, message: &str) -> String {
    format!("panicked at {place}: {}", one_line(message, MAX_TEXT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_reported_on_one_line_with_its_place() {
        let line = line("src/handler.rs:7:5", &format!("denied\n{}", "x".repeat(300_000)));
        assert!(
            line.starts_with(r"panicked at src/handler.rs:7:5: denied\nxxx") && line.len() < 2 * MAX_TEXT,
            "{line}"
        );
    }
}
