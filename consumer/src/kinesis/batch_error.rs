//! Why an invocation fails as a whole.

use std::fmt;
use std::sync::Arc;

use kinetrace::SequenceNumber;
use lambda_runtime::Diagnostic;

use crate::batch_failed;
use crate::kinesis::event::RecordError;

/// The invocation fails, and Lambda takes no record of the batch for done.
///
/// A mapping with `BisectBatchOnFunctionError` then halves the batch, in order, which uses up no attempt; one without
/// retries all of it (<https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html>).
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// A record failed whose sequence number cannot be read, so that Lambda cannot be told where to start again.
    #[error(
        "the failed record has no readable sequence number, so the whole batch fails: Lambda cannot be told where to start again ({0})"
    )]
    Unidentified(RecordError),
    /// The batch's first record failed, and others stand after it. A partial answer would have them discarded together.
    #[error(
        "record {sequence_number}{} failed, the first of {records} in its batch, so the whole batch fails: Lambda halves \
         it, if the mapping has BisectBatchOnFunctionError, until that record is alone. Its own line in this log says \
         why it failed", of(.shard_id.as_deref())
    )]
    FirstRecordFailed {
        /// The record's number.
        sequence_number: SequenceNumber,
        /// Its shard, if that can be read.
        shard_id: Option<Arc<str>>,
        /// The number of Kinesis records in the batch.
        records: usize,
    },
    /// Time was up before the batch's first record was begun or, of an aggregate, before all of it was done; and others
    /// stand after it.
    #[error(
        "time was up before record {sequence_number}{} was done, the first of {records} in its batch, so the whole batch \
         fails: Lambda halves it, if the mapping has BisectBatchOnFunctionError. Give the function a longer timeout, or \
         the mapping a smaller BatchSize", of(.shard_id.as_deref())
    )]
    FirstRecordOutOfTime {
        /// The record's number.
        sequence_number: SequenceNumber,
        /// Its shard, if that can be read.
        shard_id: Option<Arc<str>>,
        /// The number of Kinesis records in the batch.
        records: usize,
    },
    /// A record of EventBridge Pipes failed, and it or one after it has no event id, so that the pipe cannot be told to send
    /// it again.
    #[error(
        "record {sequence_number}{} is not done, and it or a record after it has no eventID, by which EventBridge Pipes \
         would be told, so the whole batch fails: have the pipe's input template and enrichment leave `eventID` in each \
         record", of(.shard_id.as_deref())
    )]
    UnnamedItems {
        /// The record's number.
        sequence_number: SequenceNumber,
        /// Its shard, if that can be read.
        shard_id: Option<Arc<str>>,
    },
}

fn of(shard_id: Option<&str>) -> String {
    shard_id.map_or(String::new(), |shard_id| format!(" of {shard_id}"))
}

impl BatchError {
    /// What Lambda calls it: the `errorType` of the answer.
    pub(crate) fn error_type(&self) -> &'static str {
        match self {
            Self::Unidentified(_) => "kinetrace.UnidentifiedRecord",
            Self::FirstRecordFailed { .. } => "kinetrace.FirstRecordFailed",
            Self::FirstRecordOutOfTime { .. } => "kinetrace.FirstRecordOutOfTime",
            Self::UnnamedItems { .. } => "kinetrace.UnnamedItems",
        }
    }
}

/// The Lambda runtime logs the error of an invocation, and logs it so: the one line about it is for people.
impl fmt::Debug for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        batch_failed::debug(self.error_type(), self, f)
    }
}

impl From<BatchError> for Diagnostic {
    fn from(error: BatchError) -> Self {
        batch_failed::diagnostic(error.error_type(), &error)
    }
}
