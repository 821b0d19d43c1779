//! By what EventBridge Pipes is told which records are not done.

use std::sync::Arc;

/// The `eventID` of each record of an event, in its order; a record need not have one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemIds(Vec<Option<Arc<str>>>);

impl ItemIds {
    /// The ids from this place in the event on, from 0; `None` if one is missing.
    pub fn from(&self, index: usize) -> Option<Vec<Arc<str>>> {
        self.0.get(index..)?.iter().cloned().collect()
    }
}

impl FromIterator<Option<Arc<str>>> for ItemIds {
    fn from_iter<I: IntoIterator<Item = Option<Arc<str>>>>(ids: I) -> Self {
        Self(ids.into_iter().collect())
    }
}
