//! A consumer function in real execution environments: its spans and metrics as they reach a collector, protobuf over
//! HTTP. The names come from OpenTelemetry's own crate, for those of `kinetrace` are what is checked.
#![allow(clippy::unwrap_used, clippy::panic)]

mod bootstrap;
mod business;
mod contexts;
mod exporting;
mod metrics;
mod record_log;
mod spans;
mod world;
