//! Records that were given up: what AWS sends to the on-failure destination.

use super::record::Record;

/// A discarded batch, or the part of one that was too old.
/// <https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discard {
    /// Why it was given up.
    pub condition: Condition,
    /// Why the last attempt failed; empty if there was none.
    pub reason: String,
    /// The records, of one or several partitions.
    pub records: Vec<Record>,
}

/// Why records were given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// `MaximumRetryAttempts` were made.
    RetryAttemptsExhausted,
    /// The records were older than `MaximumRecordAgeInSeconds`.
    RecordAgeExceeded,
}
