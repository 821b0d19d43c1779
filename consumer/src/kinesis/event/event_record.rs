//! A record, as the event has it.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use kinetrace::SequenceNumber;

/// A record as it came out of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventRecord {
    /// The stream's name. The records of an event share it. If its ARN names none, it is the ARN, and if there is none,
    /// [`UNKNOWN`](kinetrace::history::UNKNOWN).
    pub stream: Arc<str>,
    /// The stream's ARN, where it is known; with enhanced fan-out that of its consumer. The records of an event share it.
    pub stream_arn: Option<Arc<str>>,
    /// The shard the record came from. The records of an event share it. If the event does not tell, it is
    /// [`UNKNOWN`](kinetrace::history::UNKNOWN).
    pub shard_id: Arc<str>,
    /// The record's number in the shard.
    pub sequence_number: SequenceNumber,
    /// Absent on streams that distribute records by themselves, and where it is not text.
    pub partition_key: Option<Arc<str>>,
    /// When Kinesis took the record, to the millisecond; not fit to order records by.
    pub arrival: Option<SystemTime>,
    /// The record's data, decoded. Records of an event share buffers of up to 64 KiB, which stay as long as any of their data is
    /// kept.
    pub data: Bytes,
}

impl EventRecord {
    /// A record that a program has read by itself, without a partition key and an arrival time yet, for
    /// [`Consumer::process`](crate::Consumer::process).
    pub fn new(
        stream: impl Into<Arc<str>>,
        shard_id: impl Into<Arc<str>>,
        sequence_number: impl Into<SequenceNumber>,
        data: impl Into<Bytes>,
    ) -> Self {
        Self {
            stream: stream.into(),
            stream_arn: None,
            shard_id: shard_id.into(),
            sequence_number: sequence_number.into(),
            partition_key: None,
            arrival: None,
            data: data.into(),
        }
    }

    /// With the ARN of its stream, which [dead letters](crate::dead_letters) tell.
    #[must_use]
    pub fn stream_arn(self, arn: impl Into<Arc<str>>) -> Self {
        Self { stream_arn: Some(arn.into()), ..self }
    }

    /// With its partition key.
    #[must_use]
    pub fn partition_key(self, key: impl Into<Arc<str>>) -> Self {
        Self { partition_key: Some(key.into()), ..self }
    }

    /// With the time at which Kinesis took it.
    #[must_use]
    pub fn arrival(self, arrival: SystemTime) -> Self {
        Self { arrival: Some(arrival), ..self }
    }
}
