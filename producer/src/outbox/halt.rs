//! That nothing goes any more, and why.

use std::sync::Arc;

use super::Entry;

/// What goes no more, with its cause.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Halt {
    Group(Arc<str>),
    /// So many keys are halted that no other may begin: it might have to be halted, too, and nobody would remember.
    TooMany(usize),
    All(Arc<str>),
    /// The caller waits no longer.
    Closed,
}

/// The record comes back, because of a halt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Halted<T> {
    pub(crate) entry: Entry<T>,
    pub(crate) halt: Halt,
}
