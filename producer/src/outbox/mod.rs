//! Which records may go now, and what an answer does to those that wait.
//!
//! `PutRecords` promises no order within a request, and sending the failed entries of one again reorders. So of each
//! group one Kinesis record at most is on its way, and a failed one keeps its place at the head of its group. No I/O, no
//! clock, no chance: the caller says what time it is, and throws the dice.
//!
//! * `policy`: what the outbox is bound by, and what a record that is given up does to its key.
//! * `parcel`: a record that waits, and what goes as one Kinesis record: a record, or several packed.
//! * `group`: the records of one group, and the parcel that failed before them.
//! * `shards`: which of them are throttled; `backoff`: for how long.
//! * `halts`: which keys are halted, and until when.
//! * `settlement`: what has become of a parcel for good.
//! * `queue`: all of it together: what waits, and what goes next.
//! * `settle`: from what one attempt did to parcels to settlements.

mod backoff;
mod group;
mod halts;
mod parcel;
mod policy;
mod queue;
mod settle;
mod settlement;
mod shards;

pub(crate) use halts::HaltNumber;
pub(crate) use parcel::{Entry, Parcel};
pub use policy::FailurePolicy;
pub(crate) use policy::Policy;
pub(crate) use queue::Outbox;
pub(crate) use settle::Attempted;
pub(crate) use settlement::{Halt, Halted, Settlement, Why};

#[cfg(test)]
mod tests;
