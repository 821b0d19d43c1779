//! Exports to CloudWatch's endpoints, as a stand-in takes them whose signatures botocore computes.
//!
//! `interop/run` installs it and runs these tests.
#![allow(clippy::unwrap_used, clippy::panic)]

mod child;
mod cloudwatch;
mod signed;
