//! How a command ended.

use std::error::Error;

/// Why a command did not do what it was asked to.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Whether what a command claims holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Holds,
    DoesNotHold,
    /// What can be seen holds, but what would show the rest did not arrive.
    CannotBeSeen,
}
