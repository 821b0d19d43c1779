//! The consumer, put to the test: real processes with the real Lambda runtime, behind a mapping, with handlers that fail in
//! every way there is. Whatever happens, no record is lost or overtaken, no group processed twice at a time, and every
//! record traced from its producer, by the spans that reached a collector over OTLP.
//!
//! ```sh
//! cargo test -p kinetrace-testbed --test failures -- --nocapture      # shows the table
//! ```
#![allow(clippy::unwrap_used, clippy::panic)]

mod bootstrap;
mod cell;
mod failure;
mod flush;
mod function;
mod log;
mod matrix;
mod row;
mod spans;
mod stream;
