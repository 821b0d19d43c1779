//! How a batch ended, whichever transport its records came by.

/// How a batch ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// All records are done.
    Success,
    /// The records at these indices of the batch are not done, all others are. Indices that the batch does not have mean
    /// nothing.
    Partial { left: Vec<usize> },
    /// No record is done.
    Failure { reason: String },
}
