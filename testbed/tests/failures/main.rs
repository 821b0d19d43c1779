//! The consumer, put to the test: real processes with the real Lambda runtime, invoked by a mapping of
//! a stream or a topic, with handlers that fail in
//! every way there is. Whatever happens, no record is lost or overtaken, no key processed twice at a time, and every
//! record traced from its producer, by the spans that reached a collector over OTLP. A record that can never be processed
//! costs itself, and no other.
//!
//! ```sh
//! cargo test -p kinetrace-testbed --test failures -- --nocapture      # shows the table
//! ```
#![allow(clippy::unwrap_used, clippy::panic)]

mod bad_record;
mod bad_records;
mod bootstrap;
mod cell;
mod cost;
mod failure;
mod flush;
mod function;
mod log;
mod mapping;
mod matrix;
mod process;
mod row;
mod skips;
mod spans;
mod stream;
mod table;
mod topic;
mod topic_matrix;
