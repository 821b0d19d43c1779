//! Handlers on the partitions of a consumer group: librdkafka, and krafka's broker over TCP.

mod members;
mod records;
mod world;
