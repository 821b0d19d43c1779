//! Handlers on the partitions of a consumer group: librdkafka, and krafka's broker over TCP.
#![allow(clippy::unwrap_used, clippy::panic)]

mod members;
mod records;
mod world;
