//! Deduplication by DynamoDB, and dead letters in SQS and S3, as moto imitates them.
//!
//! `interop/run` installs it and runs these tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod dynamodb;
mod invocation;
mod moto;
mod s3;
mod sqs;
