//! Where in a string a line of a log may begin.

use super::Scanner;
use crate::checker::history::embedding::trimmed;
use crate::checker::history::frame::{Expects, Frame};

impl Scanner {
    /// Whether an object here may be what a program logged: in a text anywhere; in a string at the beginning of a line or
    /// after a time. What comes after other words there is a quotation, and so is a text within an event.
    pub(super) fn may_begin_line(&self) -> bool {
        /// A time and the names of streams.
        const LONGEST_PREFIX: u64 = 256;
        let Some(Frame { expects: Expects::TextEnd(begin), inner_end, embedding, is_quoted, .. }) = self.frames.last()
        else {
            return self.frames.is_empty();
        };
        let place = self.window.place();
        let begin = *begin.max(inner_end);
        let from = begin.max(place.saturating_sub(LONGEST_PREFIX));
        let prefix = self.window.text(from, place).unwrap_or_default();
        let line = last_line(prefix, 1 << embedding.depth).or((from == begin).then_some(prefix));
        !is_quoted && line.is_some_and(|line| is_blank(line) || is_time(line))
    }

    pub(super) fn is_in_event(&self) -> bool {
        self.frames.iter().any(|frame| frame.is_named)
    }
}

/// What comes after the last escaped line break, which has so many backslashes.
fn last_line(text: &[u8], backslashes: usize) -> Option<&[u8]> {
    let is_break = |end: &usize| {
        let before = &text[..*end];
        text[*end] == b'n' && before.len() - trimmed(Some(before)).len() == backslashes
    };
    (0..text.len()).rev().find(is_break).map(|end| &text[end + 1..])
}

/// What stands around and between the elements of an array, too.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| byte.is_ascii_whitespace() || matches!(byte, b'[' | b','))
}

/// `2026-…`
fn is_time(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    line.len() > 4 && line[..4].iter().all(u8::is_ascii_digit) && line[4] == b'-'
}
