//! A caller that has not been told yet.

use std::fmt;

/// Travels with the news that a record came back, and has something happen when it is dropped: the caller has been told,
/// or has dropped the delivery, read or unread.
pub(crate) struct Untold(Option<Box<dyn FnOnce() + Send>>);

impl Untold {
    pub(crate) fn new(told: impl FnOnce() + Send + 'static) -> Self {
        Self(Some(Box::new(told)))
    }
}

impl Drop for Untold {
    fn drop(&mut self) {
        if let Some(told) = self.0.take() {
            told();
        }
    }
}

impl fmt::Debug for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Untold").finish_non_exhaustive()
    }
}
