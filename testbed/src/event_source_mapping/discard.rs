//! Records that were given up: what AWS sends to the on-failure destination.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html>

mod document;

use kinetrace::SequenceNumber;
use kinetrace::history::Timestamp;

use super::record::Record;

/// A discarded batch, as the on-failure destination gets it.
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
    /// Why: [`RETRY_ATTEMPTS_EXHAUSTED`](Self::RETRY_ATTEMPTS_EXHAUSTED) or [`RECORD_AGE_EXCEEDED`](Self::RECORD_AGE_EXCEEDED).
    pub condition: &'static str,
    /// Why the last attempt failed, or that the records were too old.
    pub reason: String,
    /// `approximateInvokeCount`: how many attempts were used up.
    pub attempts: u32,
    /// The last invocation with these records, if it is known.
    pub invocation: Option<u64>,
    /// Whether that invocation failed as a whole; if not, it reported records as failed.
    pub function_failed: bool,
    /// When they were given up.
    pub at: Timestamp,
    /// The records themselves, which AWS sends to S3 only.
    pub records: Vec<Record>,
}

/// What is known of the invocation after which records were given up.
#[derive(Debug, Clone, Copy)]
pub(super) struct LastAttempt {
    pub(super) invocation: u64,
    pub(super) function_failed: bool,
}

impl Discard {
    /// The batch was tried once and `MaximumRetryAttempts` times more.
    pub const RETRY_ATTEMPTS_EXHAUSTED: &'static str = "RetryAttemptsExhausted";
    /// The records are older than `MaximumRecordAgeInSeconds`.
    pub const RECORD_AGE_EXCEEDED: &'static str = "RecordAgeExceeded";

    /// Of a batch whose attempts are used up; `None` if there are no records to discard.
    pub(super) fn exhausted(
        shard: &str,
        records: Vec<Record>,
        reason: String,
        attempts: u32,
        last: LastAttempt,
    ) -> Option<Self> {
        let discard = Self::new(shard, records, Self::RETRY_ATTEMPTS_EXHAUSTED, reason, attempts)?;
        Some(Self { invocation: Some(last.invocation), function_failed: last.function_failed, ..discard })
    }

    /// Of records that are too old, after so many attempts.
    pub(super) fn too_old(shard: &str, records: Vec<Record>, attempts: u32) -> Option<Self> {
        let reason = "the records are older than MaximumRecordAgeInSeconds".to_owned();
        Self::new(shard, records, Self::RECORD_AGE_EXCEEDED, reason, attempts)
    }

    fn new(shard: &str, records: Vec<Record>, condition: &'static str, reason: String, attempts: u32) -> Option<Self> {
        let (first, last) = (records.first()?, records.last()?);
        Some(Self {
            shard: shard.to_owned(),
            first_sequence_number: first.sequence_number.clone(),
            last_sequence_number: last.sequence_number.clone(),
            batch_size: records.len(),
            condition,
            reason,
            attempts,
            invocation: None,
            function_failed: false,
            at: Timestamp::now(),
            records,
        })
    }
}
