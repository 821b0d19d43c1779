//! What Kinesis takes at most.

/// Of a partition key, in characters (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html>).
pub const MAX_PARTITION_KEY: usize = 256;

/// Records in one request (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>).
pub const MAX_REQUEST_ENTRIES: usize = 500;

/// The data and partition keys of one request, in bytes.
pub const MAX_REQUEST_BYTES: usize = 10 * 1024 * 1024;

/// Of a shard's id and of a record's number in it, in characters
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsResultEntry.html>).
pub const MAX_SHARD_ID: usize = 128;
pub const MAX_SEQUENCE_NUMBER: usize = 129;
