//! What is different here, each once.

use super::super::deployment::Note;

/// Notes in the order in which their causes were found.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes(Vec<Note>);

impl Notes {
    /// Adds one, unless it is there.
    pub(super) fn add(&mut self, place: impl Into<String>, text: impl Into<String>) {
        let note = Note { place: place.into(), text: text.into() };
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }

    pub(super) fn into_list(self) -> Vec<Note> {
        self.0
    }
}
