//! Batches that are to be delivered once more and wait for lanes that other batches hold.

use std::collections::{HashSet, VecDeque};

use super::super::batch::Batch;

/// The oldest first. A lane that is let go is the oldest's that waits for it, so that no batch waits for ever, and no two
/// for each other.
#[derive(Debug, Default)]
pub(super) struct Claims(VecDeque<(Batch, HashSet<String>)>);

impl Claims {
    /// Adds a batch that lacks these lanes and holds its others; gives it back if it lacks none.
    pub(super) fn add(&mut self, batch: Batch, missing: HashSet<String>) -> Option<Batch> {
        if missing.is_empty() {
            return Some(batch);
        }
        self.0.push_back((batch, missing));
        None
    }

    /// Offers a lane. If a batch takes it, the answer has that batch if it lacks no other lane.
    pub(super) fn take(&mut self, lane: &str) -> Option<Option<Batch>> {
        let index = self.0.iter().position(|(_, missing)| missing.contains(lane))?;
        let (_, missing) = self.0.get_mut(index)?;
        missing.remove(lane);
        let complete = missing.is_empty();
        Some(complete.then(|| self.0.remove(index)).flatten().map(|(batch, _)| batch))
    }
}
