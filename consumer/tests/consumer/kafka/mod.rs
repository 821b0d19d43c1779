//! The same consumer, invoked with events of Kafka.

mod event;
mod identifiers;
mod readings;
mod world;
