//! Amazon Kinesis: records on their way into a stream and out of it, and the carriers that put a context on them.

pub mod aggregation;
pub mod carrier;
pub mod extraction;
pub mod hash_key;
mod kpl;
pub mod reader;
pub mod record;
pub mod records;
pub mod sequence_number;
pub mod stream_arn;
mod tags;
