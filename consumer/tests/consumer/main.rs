//! A consumer, called as the Lambda runtime calls it: what it tells Lambda, what it logs, which spans it makes.
#![allow(clippy::unwrap_used, clippy::panic)]

mod aggregates;
mod batch;
mod foreign;
mod panics;
mod spans;
mod world;
