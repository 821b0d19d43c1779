//! A JSON object or array that has begun and not ended.

use super::embedding::Embedding;

/// The names of events.
pub(super) const NAMES: [&str; 4] = ["produce", "process", "shard", "partitions"];

/// What may come next in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expects {
    /// It is not known yet how the object is embedded, nor whether it is one: there was a brace.
    Quote,
    /// A key, or the end; in an array a value, or the end.
    First,
    /// A key, after a comma.
    Key,
    /// The end of a key that begins here.
    KeyEnd(u64),
    Colon,
    Value,
    /// The end of a string that begins here.
    TextEnd(u64),
    /// The end of a number, or of a word, that begins here.
    WordEnd(u64),
    /// A comma, or the end.
    Comma,
}

/// What the checker needs to know of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Event,
    /// In each event.
    Stream,
    /// In each event about a record, near its end.
    Checksum,
    Other,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) is_array: bool,
    pub(super) embedding: Embedding,
    pub(super) expects: Expects,
    /// Of the last member.
    pub(super) key: Key,
    /// Where it begins, and in which line.
    pub(super) begin: u64,
    pub(super) line: u64,
    /// From the line's beginning.
    pub(super) column: u64,
    /// How many lines had been skipped when it began, and how much had been found.
    pub(super) skipped: u64,
    pub(super) found: usize,
    /// Where the last object in its string ended.
    pub(super) inner_end: u64,
    /// Whether it stands after other words in a string, so that no program logged it.
    pub(super) is_quoted: bool,
    pub(super) is_named: bool,
    pub(super) has_stream: bool,
    pub(super) has_checksum: bool,
    pub(super) has_members: bool,
    /// Whether events stand in it.
    pub(super) holds_events: bool,
    /// Whether it has become longer than an event may be.
    pub(super) is_too_long: bool,
    /// The objects and arrays in it.
    pub(super) children: u64,
}

impl Key {
    /// The name as it stands there: ours need no escapes.
    pub(super) fn named(name: &[u8]) -> Self {
        match name {
            b"event" => Self::Event,
            b"stream" => Self::Stream,
            b"payload_crc32" => Self::Checksum,
            _ => Self::Other,
        }
    }
}

impl Frame {
    pub(super) fn new(is_array: bool, embedding: Embedding, expects: Expects) -> Self {
        Self {
            is_array,
            embedding,
            expects,
            key: Key::Other,
            begin: 0,
            line: 0,
            column: 0,
            skipped: 0,
            found: 0,
            inner_end: 0,
            is_quoted: false,
            is_named: false,
            has_stream: false,
            has_checksum: false,
            has_members: false,
            holds_events: false,
            is_too_long: false,
            children: 0,
        }
    }

    pub(super) fn is_in_string(&self) -> bool {
        matches!(self.expects, Expects::KeyEnd(_) | Expects::TextEnd(_))
    }

    /// Takes note of a key.
    pub(super) fn add_key(&mut self, name: &[u8]) {
        self.key = Key::named(name);
        self.has_members = true;
        self.has_stream |= self.key == Key::Stream;
        self.has_checksum |= self.key == Key::Checksum;
    }

    /// Takes note of a string that is a value.
    pub(super) fn add_text(&mut self, text: &[u8]) {
        if self.key == Key::Event {
            self.is_named |= !self.is_quoted && NAMES.iter().any(|name| name.as_bytes() == text);
        }
    }

    /// Whether it says, as far as it goes, that it is an event; `unfinished` is the string that it is cut off in. What
    /// begins as an event does may be one, if nothing comes after it.
    pub(super) fn claims(&self, unfinished: &[u8], is_last: bool) -> bool {
        if self.is_array || self.is_quoted {
            return false;
        }
        let is_first = !self.has_members;
        let may_be_named = match self.expects {
            Expects::Quote | Expects::First => is_last && is_first,
            Expects::KeyEnd(_) if is_first => unfinished == b"event" || (is_last && b"event".starts_with(unfinished)),
            Expects::Colon | Expects::Value => self.key == Key::Event,
            Expects::TextEnd(_) => {
                self.key == Key::Event && NAMES.iter().any(|name| name.as_bytes().starts_with(unfinished))
            }
            _ => false,
        };
        self.is_named || self.has_checksum || may_be_named
    }
}
