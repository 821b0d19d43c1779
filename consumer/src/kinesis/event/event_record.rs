//! A record, as the event has it.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use kinetrace::SequenceNumber;

/// A record as it came out of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// The stream's name. The records of an event share it. If its ARN names none, it is the ARN, and if there is none,
    /// [`UNKNOWN`](kinetrace::history::UNKNOWN).
    pub stream: Arc<str>,
    /// The shard the record came from. The records of an event share it. If the event does not tell, it is
    /// [`UNKNOWN`](kinetrace::history::UNKNOWN).
    pub shard_id: Arc<str>,
    /// The record's number in the shard.
    pub sequence_number: SequenceNumber,
    /// Absent on streams that distribute records by themselves, and where it is no text.
    pub partition_key: Option<Arc<str>>,
    /// When Kinesis took the record, to the millisecond; not fit to order records by.
    pub arrival: Option<SystemTime>,
    /// The record's data, decoded.
    pub data: Bytes,
}
