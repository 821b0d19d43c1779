//! What Kinesis takes at most.

use kinetrace::Record;

use crate::send_error::DeliveryError;

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

/// Whether a record fits into a stream that takes so many bytes of data and partition key.
pub(crate) fn check(record: &Record, limit: usize) -> Result<(), DeliveryError> {
    let characters = record.partition_key.chars().count();
    if characters == 0 || characters > MAX_PARTITION_KEY {
        return Err(DeliveryError::PartitionKey(characters));
    }
    let size = record.size();
    if size > limit {
        return Err(DeliveryError::TooLarge { size, limit });
    }
    Ok(())
}
