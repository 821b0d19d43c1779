//! Apache Kafka itself, and other people's clients with their instrumentations: what they write is read here, and what is
//! written here they read.
//!
//! `interop/run` installs them and runs these tests; the programs that call them are in the same folder.
#![allow(clippy::unwrap_used, clippy::panic)]

mod broker;
mod business;
mod client;
mod combinations;
mod consume;
mod forwarders;
mod group;
mod lambda;
mod line;
mod order;
mod partitions;
mod peer;
mod produce;
#[path = "../../../interop/program.rs"]
mod program;
mod proxy;
mod records;
mod weaknesses;
