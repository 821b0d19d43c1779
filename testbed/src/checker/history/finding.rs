//! What there is in a text, and where.

use std::fmt;

use kinetrace::history::Event;

/// What there is in a text.
#[derive(Debug)]
pub(super) enum Finding {
    Event(Box<Event>),
    /// It says that it is an event, and cannot be read; with what is wrong.
    Unreadable(String),
    /// A document ends where it should not.
    Cut(String),
    /// A document says that there is more than it holds.
    Part(String),
}

/// Where a finding begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// From 1.
    pub(super) line: u64,
    /// From 1, in bytes.
    pub(super) column: u64,
}

/// A line, and where it is long, as a document on one line is, a byte in it as well.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONG: u64 = 1000;
        write!(f, "{}", self.line)?;
        if self.column > LONG { write!(f, ":{}", self.column) } else { Ok(()) }
    }
}
