//! Records that were given up: what AWS sends to the on-failure destination.

use kinetrace::SequenceNumber;

use super::record::Record;

/// A discarded batch, as the on-failure destination gets it.
/// <https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discard {
    /// The shard the records came from.
    pub shard: String,
    /// `startSequenceNumber`.
    pub first_sequence_number: SequenceNumber,
    /// `endSequenceNumber`.
    pub last_sequence_number: SequenceNumber,
    /// `batchSize`.
    pub batch_size: usize,
    /// `RetryAttemptsExhausted`, the only reason a testbed gives up for.
    pub condition: &'static str,
    /// Why the last attempt failed.
    pub reason: String,
    /// The records themselves, which AWS sends to S3 only.
    pub records: Vec<Record>,
}

impl Discard {
    /// `None` if there are no records to discard.
    pub(super) fn new(shard: &str, records: Vec<Record>, reason: String) -> Option<Self> {
        let (first, last) = (records.first()?, records.last()?);
        Some(Self {
            shard: shard.to_owned(),
            first_sequence_number: first.sequence_number.clone(),
            last_sequence_number: last.sequence_number.clone(),
            batch_size: records.len(),
            condition: "RetryAttemptsExhausted",
            reason,
            records,
        })
    }
}
