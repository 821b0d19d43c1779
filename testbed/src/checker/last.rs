//! How far streams are settled.

use std::collections::HashMap;

use super::names::Name;
use super::place::Place as _;
use super::position::Position;

/// The last place of a settled record, by stream and shard.
#[derive(Debug, Clone, Default)]
pub(super) struct Last(HashMap<(Name, Name), Position>);

impl Last {
    pub(super) fn reach(&mut self, stream: Name, position: Position) {
        if !self.reaches(stream, position) {
            self.0.insert((stream, position.shard), position);
        }
    }

    /// Whether a record was settled that stands there, or further in that shard.
    pub(super) fn reaches(&self, stream: Name, position: Position) -> bool {
        self.0.get(&(stream, position.shard)).is_some_and(|last| !position.is_beyond(*last))
    }
}
