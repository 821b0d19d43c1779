//! The ordered publisher, over real sockets, against the embedded Kinesis and the faults it may meet there.
#![allow(clippy::unwrap_used, clippy::panic)]

mod aggregation;
mod batches;
mod carriers;
mod certainty;
mod closing;
mod distribution;
mod faults;
mod flushing;
mod giving_up;
mod in_process;
mod limits;
mod metrics;
mod order;
mod outage;
mod outcomes;
mod panics;
mod poison;
mod put_request;
mod record_log;
mod resuming;
mod retries;
mod spans;
mod watch;
mod world;
