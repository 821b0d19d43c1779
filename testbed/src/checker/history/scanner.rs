//! Finds the events in a text, whatever else it is.
//!
//! An event is a JSON object, and it is found by its shape, not by what it stands in: as it is, on one line or on many; in
//! strings of other JSON, which may be one document of any length; in cells of CSV; among words of others. What it is
//! embedded in is told by how its first quote is written. Nothing has to be known of a document around it, so one that is
//! cut off, or has none of its own kind next to it, hides nothing; and each event stands in one place only, however deep.

mod bytes;
mod ends;
mod lines;
mod quotes;

use super::document::Document;
use super::finding::{Finding, Place};
use super::frame::Frame;
use super::window::Window;

#[derive(Debug, Default)]
pub(super) struct Scanner {
    window: Window,
    /// From the outermost to the innermost.
    frames: Vec<Frame>,
    document: Document,
    /// How many backslashes stand before the next byte.
    backslashes: u32,
    /// Whether nothing comes any more.
    is_last: bool,
    /// Whether something was found in this line.
    has_found: bool,
    /// Lines without a finding.
    pub(super) skipped: u64,
    found: Vec<(Place, Finding)>,
    /// How much was found and taken before that.
    taken: usize,
}

impl Scanner {
    /// What was found; but nothing in an object that may still turn out to be an event, whose texts are others'.
    pub(super) fn take(&mut self) -> impl Iterator<Item = (Place, Finding)> {
        let first = self.frames.iter().find(|frame| !frame.is_too_long);
        let ready = first.map_or(self.found.len(), |frame| frame.found - self.taken);
        self.taken += ready;
        self.found.drain(..ready)
    }

    /// How many there were.
    pub(super) fn lines(&self) -> u64 {
        self.window.line + u64::from(self.window.place() > self.window.line_begin)
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.window.held()
    }
}
