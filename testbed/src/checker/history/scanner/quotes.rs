//! Quotes: they say how an object is embedded, and they begin and end its strings.

use std::cmp::Ordering;

use super::Scanner;
use crate::checker::history::embedding::{Embedding, depth_of_quote, trimmed};
use crate::checker::history::finding::Finding;
use crate::checker::history::frame::{Expects, Frame};

/// Near the end of each event about a record.
const CHECKSUM: &[u8] = b"\"payload_crc32";

impl Scanner {
    /// A quote with so many backslashes before it. What it does not fit into fails, and it is looked at again.
    pub(super) fn quote(&mut self, backslashes: u32) {
        let depth = depth_of_quote(backslashes);
        let has_twin = self.window.peek(1) == Some(b'"');
        let Some(frame) = self.frames.last() else { return self.content(has_twin) };
        if frame.expects == Expects::Quote {
            return self.embed(depth, has_twin, backslashes);
        }
        if frame.embedding.is_cell && !has_twin {
            // The cell ends.
            return self.fail_from(0, backslashes);
        }
        match depth.cmp(&frame.embedding.depth) {
            // A string around it ends.
            Ordering::Less => {
                let index = self.frames.partition_point(|frame| frame.embedding.depth <= depth);
                self.fail_from(index, backslashes);
            }
            Ordering::Greater if frame.is_in_string() => self.content(frame.embedding.is_cell),
            Ordering::Greater if frame.expects == Expects::First && !frame.is_array => self.embed_again(backslashes),
            Ordering::Greater => self.fail_level(backslashes),
            Ordering::Equal => self.own_quote(backslashes),
        }
    }

    /// In a scalar each stands twice, and one alone ends it.
    pub(super) fn apostrophe(&mut self, backslashes: u32) {
        if self.window.peek(1) == Some(b'\'') { self.window.advance(2) } else { self.fail_from(0, backslashes) }
    }

    /// The first quote after a brace. One that ends the string around it makes no object of the brace.
    fn embed(&mut self, depth: u32, has_twin: bool, backslashes: u32) {
        let around = self.frames.len().checked_sub(2).map(|index| self.frames[index].embedding);
        let is_empty_key =
            self.window.peek(2).is_none_or(|byte| matches!(byte, b':' | b'}') || byte.is_ascii_whitespace());
        let Some(frame) = self.frames.last_mut() else { return };
        let embedding = match around {
            None => Some(Embedding { depth, is_cell: has_twin && !is_empty_key, ..frame.embedding }),
            Some(around) if depth > around.depth && has_twin >= around.is_cell => Some(Embedding { depth, ..around }),
            Some(_) => None,
        };
        let Some(embedding) = embedding else {
            self.frames.pop();
            self.backslashes = backslashes;
            return;
        };
        frame.embedding = embedding;
        frame.expects = Expects::Key;
        self.own_quote(backslashes);
    }

    /// A quote of the innermost object or array.
    fn own_quote(&mut self, backslashes: u32) {
        let place = self.window.place();
        let Some(frame) = self.frames.last_mut() else { return };
        let width = if frame.embedding.is_cell { 2 } else { 1 };
        let begin = place + width as u64;
        match frame.expects {
            Expects::KeyEnd(begin) => {
                let name = trimmed(self.window.text(begin, place));
                frame.add_key(name);
                frame.expects = Expects::Colon;
                self.document.key(self.frames.len(), name);
            }
            Expects::TextEnd(begin) => {
                let text = trimmed(self.window.text(begin, place));
                frame.add_text(text);
                frame.expects = Expects::Comma;
                self.document.value(text);
            }
            Expects::First | Expects::Key if !frame.is_array => frame.expects = Expects::KeyEnd(begin),
            Expects::First | Expects::Value => frame.expects = Expects::TextEnd(begin),
            _ => return self.fail_level(backslashes),
        }
        self.window.advance(width);
    }

    /// A brace that seemed to stand as deep as what is around it stands deeper.
    fn embed_again(&mut self, backslashes: u32) {
        let Some(frame) = self.frames.pop() else { return };
        if self.frames.last().is_some_and(|around| around.embedding == frame.embedding) {
            self.fail_level(backslashes);
        }
        self.frames.push(Frame { expects: Expects::Quote, embedding: Embedding::default(), ..frame });
        self.backslashes = backslashes;
    }

    /// A quote among other text. If a key that each event has near its end stands before it, the event has no beginning.
    fn content(&mut self, is_twin: bool) {
        let width = if is_twin { 2 } else { 1 };
        let is_checksum = !self.is_in_event() && trimmed(Some(self.window.before())).ends_with(CHECKSUM);
        if is_checksum && self.window.peek(width) == Some(b':') {
            let place = self.here();
            self.has_found = true;
            self.found.push((place, Finding::Unreadable("its beginning is missing".to_owned())));
        }
        self.window.advance(width);
    }
}
