//! What the Kinesis Producer Library's aggregated records look like from outside.

/// The first bytes of an aggregated record
/// (<https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md>).
pub(crate) const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];
