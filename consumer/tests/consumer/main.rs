//! A consumer, called as the Lambda runtime calls it: what it tells Lambda, what it logs, which spans it makes.
#![allow(clippy::unwrap_used, clippy::panic)]

mod aggregates;
mod arguments;
mod batches;

mod builder;
mod concurrency;
mod dead_letters;
mod deadline;
mod doors;
mod duplicates;
mod foreign;
mod identifiers;
mod identifiers_of_batches;
mod kafka;
mod kafka_around;
mod kafka_repeats;
mod keys;
mod metrics;
mod panics;
mod polled;
mod privacy;
mod record_log;
mod relations;
mod script;
mod skips;
mod spans;
mod texts;
mod trace_layer;
mod unread;
mod unreadable;
mod world;
