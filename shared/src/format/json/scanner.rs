//! Whether bytes are one JSON text, in one pass.

use std::ops::Range;

use super::is_space;
use super::nesting::Nesting;
use super::window::{BYTES, Window};

/// Whether it is one JSON value in UTF-8, with white space around it at most. It takes what `serde_json` takes for a `RawValue`:
/// any depth, numbers of any size, and escapes that are half of a surrogate pair.
pub(crate) fn is_json(text: &[u8]) -> bool {
    let mut scanner = Scanner::of(text);
    scanner.value(0).is_some_and(|end| scanner.is_end(end)) && (scanner.is_ascii() || std::str::from_utf8(text).is_ok())
}

/// Where the next value begins, or the text has ended.
enum Next {
    Value(usize),
    End(usize),
}

/// Goes over a text from its begin to its end, and knows of it only what was gone over. Of its places, each must be after the one
/// before.
pub(crate) struct Scanner<'a> {
    text: &'a [u8],
    /// What is known of the bytes from `start`.
    window: Window,
    start: usize,
    /// All bytes so far, one on top of the other.
    bits: u64,
}

impl<'a> Scanner<'a> {
    pub(crate) fn of(text: &'a [u8]) -> Self {
        let mut scanner = Self { text, window: Window::default(), start: 0, bits: 0 };
        scanner.look_at(0);
        scanner
    }

    /// The end of this byte, which may have white space before it.
    pub(crate) fn token(&self, byte: u8, at: usize) -> Option<usize> {
        let at = self.space(at);
        (self.byte(at) == Some(byte)).then_some(at + 1)
    }

    /// Where the name of a member stands that begins here, after white space, and where its value.
    pub(crate) fn member(&mut self, at: usize) -> Option<(Range<usize>, Range<usize>)> {
        let at = self.space(at);
        let name = at..self.string(self.token(b'"', at)?)?;
        let start = self.space(self.token(b':', name.end)?);
        Some((name, start..self.value(start)?))
    }

    /// Whether nothing follows but white space.
    pub(crate) fn is_end(&self, at: usize) -> bool {
        self.space(at) == self.text.len()
    }

    fn is_ascii(&self) -> bool {
        self.bits & 0x8080_8080_8080_8080 == 0
    }

    #[inline(always)]
    fn look_at(&mut self, start: usize) {
        let rest = self.text.get(start..).unwrap_or_default();
        self.start = start;
        match rest.first_chunk() {
            Some(bytes) => self.look(bytes),
            None => self.look_at_end(rest),
        }
    }

    /// The end of the text ends digits, and no string.
    #[cold]
    fn look_at_end(&mut self, rest: &[u8]) {
        let mut bytes = [b' '; BYTES];
        bytes[..rest.len()].copy_from_slice(rest);
        self.look(&bytes);
    }

    #[inline(always)]
    fn look(&mut self, bytes: &[u8; BYTES]) {
        self.window = Window::of(bytes);
        for eight in bytes.as_chunks().0 {
            self.bits |= u64::from_le_bytes(*eight);
        }
    }

    /// The first place from here on whose bit is set; at the end of the text there is none.
    #[inline(always)]
    fn find(&mut self, mut at: usize, bits: impl Fn(&Window) -> u64) -> usize {
        loop {
            if at - self.start >= BYTES {
                self.look_at(at - at % BYTES);
            }
            let bits = bits(&self.window) >> (at % BYTES);
            if bits != 0 {
                return at + bits.trailing_zeros() as usize;
            }
            at = self.start + BYTES;
            if at >= self.text.len() {
                return self.text.len();
            }
        }
    }

    #[inline(always)]
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    #[inline(always)]
    fn two(&self, at: usize) -> Option<[u8; 2]> {
        self.text.get(at..)?.first_chunk().copied()
    }

    #[inline(always)]
    fn space(&self, at: usize) -> usize {
        // Most texts have none, and a loop here would cost all of them.
        if self.text.get(at).is_some_and(|byte| *byte <= b' ') { self.spaces(at) } else { at }
    }

    #[inline(never)]
    fn spaces(&self, mut at: usize) -> usize {
        while self.byte(at).is_some_and(is_space) {
            at += 1;
        }
        at
    }

    /// The end of the value that begins here, after white space.
    fn value(&mut self, at: usize) -> Option<usize> {
        let mut nesting = Nesting::default();
        let mut at = self.space(at);
        loop {
            at = match self.byte(at)? {
                b'"' => self.string(at + 1)?,
                b'0'..=b'9' => self.number(at)?,
                b'-' => self.number(at + 1)?,
                b't' => self.word(at, b"true")?,
                b'f' => self.word(at, b"false")?,
                b'n' => self.word(at, b"null")?,
                bracket @ (b'{' | b'[') => {
                    nesting.open(bracket == b'{');
                    at = self.space(at + 1);
                    match (bracket, self.byte(at)?) {
                        (b'{', b'}') | (b'[', b']') => at,
                        (b'{', _) => {
                            at = self.name(at)?;
                            continue;
                        }
                        _ => continue,
                    }
                }
                _ => return None,
            };
            at = match self.after_value(at, &mut nesting)? {
                Next::Value(at) => at,
                Next::End(at) => return Some(at),
            };
        }
    }

    /// What follows a value, or the opening bracket of an empty one.
    #[inline(always)]
    fn after_value(&mut self, mut at: usize, nesting: &mut Nesting) -> Option<Next> {
        while !nesting.is_closed() {
            let is_in_object = nesting.is_in_object();
            // Most members are texts, without white space.
            while is_in_object && self.two(at) == Some(*b",\"") {
                at = self.string(at + 2)?;
                if self.two(at) != Some(*b":\"") {
                    return Some(Next::Value(self.colon(at)?));
                }
                at = self.string(at + 2)?;
            }
            at = self.space(at);
            match self.byte(at)? {
                b',' => {
                    at = self.space(at + 1);
                    return Some(Next::Value(if is_in_object { self.name(at)? } else { at }));
                }
                b'}' if is_in_object => {}
                b']' if !is_in_object => {}
                _ => return None,
            }
            at += 1;
            nesting.close();
        }
        Some(Next::End(at))
    }

    /// From the name of a member to its value.
    #[inline(always)]
    fn name(&mut self, at: usize) -> Option<usize> {
        if self.byte(at)? != b'"' {
            return None;
        }
        let at = self.string(at + 1)?;
        self.colon(at)
    }

    /// From the end of a member's name to its value.
    #[inline(always)]
    fn colon(&self, at: usize) -> Option<usize> {
        let at = self.space(at);
        (self.byte(at)? == b':').then(|| self.space(at + 1))
    }

    /// To the closing quote, and over it.
    #[inline(always)]
    fn string(&mut self, mut at: usize) -> Option<usize> {
        loop {
            at = self.find(at, |window| window.ends_text);
            if self.byte(at)? == b'"' {
                return Some(at + 1);
            }
            at = self.escape(at)?;
        }
    }

    fn escape(&self, at: usize) -> Option<usize> {
        match self.text.get(at..)? {
            [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => Some(at + 2),
            [b'\\', b'u', hex @ ..] => hex.first_chunk::<4>()?.iter().all(u8::is_ascii_hexdigit).then_some(at + 6),
            _ => None,
        }
    }

    #[inline(always)]
    fn number(&mut self, at: usize) -> Option<usize> {
        let end = self.find(at, |window| window.ends_digits);
        if end == at || (self.byte(at)? == b'0' && end - at > 1) {
            return None;
        }
        match self.byte(end) {
            Some(b'.') => self.fraction(end + 1),
            Some(b'e' | b'E') => self.exponent(end + 1),
            _ => Some(end),
        }
    }

    #[inline(never)]
    fn fraction(&mut self, at: usize) -> Option<usize> {
        let end = self.find(at, |window| window.ends_digits);
        match self.byte(end) {
            _ if end == at => None,
            Some(b'e' | b'E') => self.exponent(end + 1),
            _ => Some(end),
        }
    }

    #[inline(never)]
    fn exponent(&mut self, at: usize) -> Option<usize> {
        let at = at + usize::from(matches!(self.byte(at), Some(b'+' | b'-')));
        let end = self.find(at, |window| window.ends_digits);
        (end > at).then_some(end)
    }

    #[inline(always)]
    fn word(&self, at: usize, word: &[u8]) -> Option<usize> {
        self.text.get(at..)?.starts_with(word).then_some(at + word.len())
    }
}
