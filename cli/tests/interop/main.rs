//! Other people's libraries, themselves: what they write is read here, and what is written here they read.
//!
//! `interop/run` installs them and runs these tests; the programs that call them are in the same folder.
#![allow(clippy::unwrap_used, clippy::panic)]

mod aggregates;
mod base64;
mod cloudevents;
mod consumer;
mod counterpart;
mod datadog;
mod datadog_consumers;
mod kinesis_local;
mod opentelemetry;
mod ordering;
#[path = "../../../interop/program.rs"]
mod program;
#[path = "../local/running.rs"]
#[allow(dead_code)]
mod running;
mod runtimes;
mod shown;
