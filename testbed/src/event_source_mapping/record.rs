//! A record as the poller reads it from a shard, and as the lanes hand it to the function.

use bytes::Bytes;
use kinetrace::SequenceNumber;

/// What `GetRecords` says about a record. The explicit hash key is not part of that, so nothing here can depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Absent on streams whose records the service distributes.
    pub partition_key: Option<String>,
    /// The record's number in its shard.
    pub sequence_number: SequenceNumber,
    /// The data blob.
    pub data: Bytes,
    /// `ApproximateArrivalTimestamp`, in milliseconds since the Unix epoch.
    pub arrival_millis: i64,
}

impl Record {
    /// What the JSON around one record takes at most, in addition to its data and its partition key: member names, two
    /// sequence numbers of 56 digits, two ARNs.
    const FRAME: usize = 1024;

    /// An upper bound of the bytes that the record takes in a Lambda event.
    pub(super) fn event_bytes(&self) -> usize {
        let key = self.partition_key.as_ref().map_or(0, String::len);
        self.data.len().div_ceil(3) * 4 + key * 2 + Self::FRAME
    }

    /// The arrival as an event has it: seconds since the Unix epoch, with three decimals.
    pub(super) fn arrival_seconds(&self) -> String {
        format!("{}.{:03}", self.arrival_millis.div_euclid(1000), self.arrival_millis.rem_euclid(1000))
    }
}

impl From<aws_sdk_kinesis::types::Record> for Record {
    fn from(record: aws_sdk_kinesis::types::Record) -> Self {
        let arrival = record.approximate_arrival_timestamp.and_then(|at| at.to_millis().ok());
        Self {
            partition_key: record.partition_key,
            sequence_number: record.sequence_number.into(),
            data: Bytes::from(record.data.into_inner()),
            arrival_millis: arrival.unwrap_or_default(),
        }
    }
}
