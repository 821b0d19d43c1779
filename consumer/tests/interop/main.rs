//! Deduplication by DynamoDB, as moto imitates it.
//!
//! `interop/run` installs it and runs these tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod dynamodb;
mod moto;
