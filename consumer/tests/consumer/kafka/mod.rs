//! The same consumer, invoked with events of Kafka.

mod identifiers;
mod readings;
mod records;
mod samples;
mod world;
