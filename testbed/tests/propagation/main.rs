//! The interceptor, in a client of the SDK, over real sockets, against the embedded Kinesis and its faults.
#![allow(clippy::unwrap_used, clippy::panic)]

mod answers;
mod concurrency;
mod contexts;
mod exporter;
mod limits;
mod panics;
mod publisher;
mod retries;
mod untouched;
mod wire;
mod world;
