//! The part of a text that is looked at, and where in the text it is.

/// More than any event has. CloudWatch takes 1 MB, which strings around it may make longer.
pub(super) const MOST: u64 = 4 << 20;

/// Of a line that is no longer, all is kept until it ends.
const MOST_OF_LINE: u64 = 4 << 10;

/// As much as has to be seen of what was passed.
const BEHIND: u64 = 64;

const ESCAPE: u8 = 0x1b;

/// Bytes with their places, counted from the beginning of the text.
#[derive(Debug, Default)]
pub(super) struct Window {
    bytes: Vec<u8>,
    /// The place of the first of the bytes.
    begin: u64,
    /// The next byte to look at, as an index.
    next: usize,
    pub(super) line: u64,
    pub(super) line_begin: u64,
    colour: Colour,
}

/// Where in a terminal's escape sequence the text ends: what `aws logs tail` colours has some.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Colour {
    #[default]
    None,
    Escape,
    Parameters,
}

impl Window {
    /// Adds bytes at the end, without the sequences that colour a terminal. They would stand in nobody's JSON.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        if self.colour == Colour::None && !bytes.contains(&ESCAPE) {
            self.bytes.extend_from_slice(bytes);
            return;
        }
        for &byte in bytes {
            self.colour = match (self.colour, byte) {
                (_, ESCAPE) => Colour::Escape,
                (Colour::Escape, b'[') | (Colour::Parameters, 0x20..=0x3f) => Colour::Parameters,
                (Colour::Parameters, 0x40..=0x7e) => Colour::None,
                _ => {
                    self.bytes.push(byte);
                    Colour::None
                }
            };
        }
    }

    /// The next byte, or one of those after it.
    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.next + ahead).copied()
    }

    pub(super) fn advance(&mut self, bytes: usize) {
        self.next += bytes;
    }

    /// Passes what is none of these, and says whether there was any.
    pub(super) fn skip_to(&mut self, is: impl Fn(u8) -> bool) -> bool {
        let rest = &self.bytes[self.next..];
        let skipped = rest.iter().position(|&byte| is(byte)).unwrap_or(rest.len());
        self.next += skipped;
        skipped > 0
    }

    /// The place of the next byte.
    pub(super) fn place(&self) -> u64 {
        self.begin + self.next as u64
    }

    /// What stands there, if it is still there.
    pub(super) fn text(&self, from: u64, to: u64) -> Option<&[u8]> {
        let index = |place: u64| usize::try_from(place.checked_sub(self.begin)?).ok();
        self.bytes.get(index(from)?..index(to)?)
    }

    /// What was passed last, as far as it is there.
    pub(super) fn before(&self) -> &[u8] {
        &self.bytes[..self.next]
    }

    /// Passes the end of a line.
    pub(super) fn end_line(&mut self) {
        self.next += 1;
        self.line += 1;
        self.line_begin = self.place();
    }

    /// Forgets what comes before this place, but the last that was passed.
    pub(super) fn forget(&mut self, keep: u64) {
        let place = self.place();
        let line = if place - self.line_begin <= MOST_OF_LINE { self.line_begin } else { place };
        let keep = keep.min(line).min(place.saturating_sub(BEHIND)).max(self.begin);
        let count = usize::try_from(keep - self.begin).unwrap_or_default().min(self.next);
        self.bytes.drain(..count);
        self.next -= count;
        self.begin += count as u64;
    }

    /// How many bytes are kept.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.bytes.len()
    }
}
