//! What is left of an entry that is not a record.

use std::sync::Arc;

use kinetrace::SequenceNumber;

/// An entry that is not a record: its data or its sequence number cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[error("record {index} of the event cannot be read: {reason}")]
pub struct RecordError {
    /// Its place in the event, from 0.
    pub index: usize,
    /// Its sequence number, if at least that can be read: without it Lambda cannot be told which record failed. It is never
    /// empty, which Lambda would take for none.
    pub sequence_number: Option<SequenceNumber>,
    /// Its partition key, if that can be read.
    pub partition_key: Option<Arc<str>>,
    /// The shard, if that can be read.
    pub shard_id: Option<String>,
    /// The stream, if that can be read.
    pub stream: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}
