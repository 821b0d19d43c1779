//! What each byte means where it stands.

use super::Scanner;
use crate::checker::history::document::Document;
use crate::checker::history::embedding::Embedding;
use crate::checker::history::frame::{Expects, Frame};

/// Objects in objects. Nobody's log has more, and events have three.
const DEEPEST: usize = 64;

impl Scanner {
    /// Looks at more of the text.
    pub(in crate::checker::history) fn feed(&mut self, bytes: &[u8]) {
        self.window.feed(bytes);
        self.run();
        self.bound();
    }

    /// Ends the text.
    pub(in crate::checker::history) fn finish(&mut self) {
        self.is_last = true;
        self.run();
        let is_line = self.window.place() > self.window.line_begin;
        self.end();
        self.skipped += u64::from(is_line && !self.has_found);
    }

    fn run(&mut self) {
        loop {
            if self.backslashes == 0 {
                self.skip();
            }
            // A quote may be one of two, which the next but one tells from an empty key.
            if self.window.peek(if self.is_last { 0 } else { 2 }).is_none() {
                return;
            }
            let Some(byte) = self.window.peek(0) else { return };
            let backslashes = std::mem::take(&mut self.backslashes);
            match byte {
                b'\\' => {
                    self.backslashes = backslashes.saturating_add(1);
                    self.window.advance(1);
                }
                b'"' => self.quote(backslashes),
                b'\n' => self.end_line(),
                _ => self.byte(byte, backslashes),
            }
        }
    }

    /// Passes what has no meaning where it stands.
    fn skip(&mut self) {
        let is_text = |byte| matches!(byte, b'"' | b'\\' | b'{' | b'[' | b'\n');
        let is_string = |byte| matches!(byte, b'"' | b'\\' | b'{' | b'\n' | b'\'');
        match self.frames.last() {
            None => self.window.skip_to(is_text),
            Some(frame) if frame.is_in_string() => self.window.skip_to(is_string),
            Some(_) => false,
        };
    }

    /// Everything but quotes, backslashes and ends of lines. What does not fit is looked at again, as what it is then.
    fn byte(&mut self, byte: u8, backslashes: u32) {
        let Some(frame) = self.frames.last() else { return self.open(byte) };
        if frame.expects == Expects::Quote {
            // An escaped space, perhaps.
            if byte.is_ascii_whitespace() || (backslashes > 0 && matches!(byte, b'n' | b'r' | b't')) {
                return self.window.advance(1);
            }
            self.frames.pop();
            self.backslashes = backslashes;
            return;
        }
        if frame.embedding.is_scalar && byte == b'\'' {
            return self.apostrophe(backslashes);
        }
        if frame.is_in_string() {
            return self.open(byte);
        }
        let is_space = match backslashes {
            0 => byte.is_ascii_whitespace(),
            _ => frame.embedding.depth > 0 && matches!(byte, b'n' | b'r' | b't'),
        };
        if is_space {
            self.end_word();
            return self.window.advance(1);
        }
        if backslashes > 0 || !self.structure(byte) {
            self.fail_level(backslashes);
        }
    }

    /// What may begin in the middle of a text or a string.
    fn open(&mut self, byte: u8) {
        let is_array = byte == b'[' && self.frames.is_empty();
        if (byte == b'{' && !self.is_in_event()) || is_array {
            let expects = if is_array { Expects::First } else { Expects::Quote };
            let before = self.window.before();
            let is_scalar = self.frames.is_empty() && (before.ends_with(b": '") || before.ends_with(b"- '"));
            let is_quoted = !self.may_begin_line();
            let frame = Frame::new(is_array, Embedding { is_scalar, ..Embedding::default() }, expects);
            self.push(Frame { is_quoted, ..frame });
        }
        self.window.advance(1);
    }

    fn push(&mut self, frame: Frame) {
        let (begin, line) = (self.window.place(), self.window.line);
        let column = begin - self.window.line_begin;
        if self.frames.is_empty() {
            self.document = Document::default();
        }
        let found = self.taken + self.found.len();
        self.frames.push(Frame { begin, line, column, skipped: self.skipped, found, ..frame });
    }

    /// Whether the grammar allows the byte, which is then passed.
    fn structure(&mut self, byte: u8) -> bool {
        let place = self.window.place();
        if matches!(byte, b',' | b'}' | b']') {
            self.end_word();
        }
        let is_deepest = self.frames.len() >= DEEPEST;
        let Some(frame) = self.frames.last_mut() else { return false };
        let takes_value = frame.expects == Expects::Value || (frame.is_array && frame.expects == Expects::First);
        match (byte, frame.expects) {
            (b'{' | b'[', _) if takes_value && !is_deepest => {
                let (embedding, is_quoted) = (frame.embedding, frame.is_quoted);
                self.push(Frame { is_quoted, ..Frame::new(byte == b'[', embedding, Expects::First) });
            }
            (b'}', Expects::First | Expects::Comma) if !frame.is_array => return self.close(),
            (b']', Expects::First | Expects::Comma) if frame.is_array => return self.close(),
            (b',', Expects::Comma) => frame.expects = if frame.is_array { Expects::Value } else { Expects::Key },
            (b':', Expects::Colon) => frame.expects = Expects::Value,
            (b'-' | b'0'..=b'9' | b't' | b'f' | b'n', _) if takes_value => frame.expects = Expects::WordEnd(place),
            (b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z', Expects::WordEnd(_)) => {}
            _ => return false,
        }
        self.window.advance(1);
        true
    }
}
