//! Amazon Kinesis: records on their way into a stream and out of it, and the carriers that put a context on them.

pub mod aggregation;
pub(crate) mod carrier;
pub(crate) mod extraction;
pub(crate) mod hash_key;
mod kpl;
pub(crate) mod reader;
pub(crate) mod record;
pub(crate) mod records;
pub(crate) mod sequence_number;
pub(crate) mod stream_arn;
mod tags;
