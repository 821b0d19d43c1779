//! Which records may go now, and what an answer does to those that wait.
//!
//! `PutRecords` promises no order within a request, and sending the failed entries of one again reorders. So of each
//! key one Kinesis record at most is on its way, and a failed one keeps its place at the head of its key's queue. No I/O, no
//! clock, no chance: the caller says what time it is, and throws the dice.
//!
//! * `policy`: what the outbox is bound by, and what a record that is given up does to its key.
//! * `terms`: what a batch asks for its records.
//! * `parcel`: a record that waits, and what goes as one Kinesis record: a record, or several packed.
//! * `batches`: records that have a deadline together, and halts of their own.
//! * `key_queue`: the records of one key, and the parcel that failed before them.
//! * `shards`: which of them are throttled; `backoff`: for how long.
//! * `halts`: which keys are halted, and until when.
//! * `settlement`: the final fate of a parcel.
//! * `queue`: all of it together: what waits, and what goes next.
//! * `going_on`: what goes when the head of a key does not any more.
//! * `settle`: from what one attempt did to parcels to settlements.
//! * `expiry`: what comes back when the time of a batch is up.

mod backoff;
mod batches;
mod expiry;
mod going_on;
mod halts;
mod key_queue;
mod parcel;
mod policy;
mod queue;
mod settle;
mod settlement;
mod shards;
mod terms;

pub(crate) use halts::HaltNumber;
pub(crate) use parcel::{Entry, Parcel};
pub use policy::FailurePolicy;
pub(crate) use policy::Policy;
pub(crate) use queue::Outbox;
pub(crate) use settle::Attempted;
pub(crate) use settlement::{Halt, Halted, Settlement, Why};
pub(crate) use terms::Terms;

#[cfg(test)]
mod tests;
