//! The records of a shard, or of a partition of Kafka, handed to the business code as one.
//!
//! * `batch`, `batch_failure`: what a handler of batches gets, and how it fails.
//! * `batch_handler`, `batch_function`: the business code; functions as such handlers.
//! * `settle`: the fate of the records, by how the business code ended.
//! * `batch_span`, `cut_off`, `part`: one batch.
//! * `run`: those of an invocation.

pub(crate) mod batch;
pub(crate) mod batch_failure;
pub(crate) mod batch_function;
pub(crate) mod batch_handler;
mod batch_span;
mod cut_off;
mod part;
pub(crate) mod run;
mod settle;
