//! The fate of records that have left the outbox for good.

use std::sync::Arc;

use super::halts::HaltNumber;
use super::parcel::{Entry, Parcel};
use crate::attempt::Stored;

/// The fate of a parcel: the callers of its records are to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settlement<T> {
    pub(crate) parcel: Parcel<T>,
    /// Kinesis has it, or it is given up.
    pub(crate) result: Result<Stored, Why>,
    /// The halt that waits until the callers know the fate of each of its records, if one does:
    /// `Outbox::told`.
    pub(crate) halt: Option<HaltNumber>,
}

/// Why a parcel is given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// For its own sake: Kinesis refused it for good, or its time was up.
    Put {
        attempts: u32,
        cause: Arc<str>,
        /// Kinesis refused it by itself, and would do so again.
        permanent: bool,
    },
    /// Another was, which it may not pass.
    Halt(Halt),
}

/// What goes no more, with its cause.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Halt {
    Key(Arc<str>),
    /// So many keys are halted that no other may begin: it might have to be halted, too, and nobody would remember.
    TooMany(usize),
    All(Arc<str>),
    /// The time of its batch is up.
    Expired,
    /// The caller waits no longer.
    Closed,
}

/// The record comes back, because of a halt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Halted<T> {
    pub(crate) entry: Entry<T>,
    pub(crate) halt: Halt,
}
