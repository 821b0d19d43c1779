//! The producers of rdkafka, traced, against librdkafka's own mock cluster over TCP.
#![allow(clippy::unwrap_used, clippy::panic)]

mod base_producer;
mod broker;
mod contained;
mod future_producer;
mod process_span;
mod unchanged;
