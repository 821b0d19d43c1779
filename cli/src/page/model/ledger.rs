//! What all tables have in common: one count of changes, one list of texts, one clock.

use kinetrace::history::Timestamp;

use super::texts::{Text, Texts};

#[derive(Debug, Default)]
pub(in crate::page) struct Ledger {
    /// How often anything has changed.
    pub(in crate::page) cursor: u64,
    /// What was sent before this cursor cannot be changed into what there is now: it has to be sent whole.
    pub(in crate::page) epoch: u64,
    pub(in crate::page) texts: Texts,
    /// The first time that was named: all others are told as microseconds after it.
    origin: Option<u64>,
    /// The latest.
    now: u64,
}

impl Ledger {
    pub(in crate::page) fn place(&mut self, text: &str) -> Text {
        self.texts.place(self.cursor, text)
    }

    /// Takes note of a time.
    pub(in crate::page) fn see(&mut self, at: Timestamp) {
        if self.origin.is_none() {
            self.origin = Some(at.0);
            // Cursors of an earlier run, of which a viewer may still have one, are smaller: nothing is changed a million times a
            // second.
            self.cursor = self.cursor.max(at.0);
            self.epoch = self.cursor;
        }
        self.now = self.now.max(at.0);
    }

    /// Whether any time was named.
    pub(in crate::page) fn has_begun(&self) -> bool {
        self.origin.is_some()
    }

    pub(in crate::page) fn origin(&self) -> u64 {
        self.origin.unwrap_or_default()
    }

    /// Microseconds since the Unix epoch.
    pub(in crate::page) fn now(&self) -> u64 {
        self.now
    }

    /// Microseconds after the origin; before it if lines come late.
    pub(in crate::page) fn after_origin(&self, at: u64) -> i64 {
        at.cast_signed().wrapping_sub(self.origin().cast_signed())
    }
}
