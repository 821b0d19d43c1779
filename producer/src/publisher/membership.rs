//! Who belongs to a batch: its caller, and each of its records.

use std::fmt;

use crate::outbox::Terms;

/// With the last of them ends what is remembered of the batch. Not to be dropped while the state is locked.
pub(super) struct Membership {
    pub(super) terms: Terms,
    end: Box<dyn Fn() + Send + Sync>,
}

impl Membership {
    pub(super) fn new(terms: Terms, end: impl Fn() + Send + Sync + 'static) -> Self {
        Self { terms, end: Box::new(end) }
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        (self.end)();
    }
}

impl fmt::Debug for Membership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Membership").field("terms", &self.terms).finish_non_exhaustive()
    }
}
