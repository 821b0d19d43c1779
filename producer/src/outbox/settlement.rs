//! What became of records that have left the outbox for good.

use std::sync::Arc;

use super::{Halt, Parcel};
use crate::attempt::Stored;

/// What became of a parcel: the callers of its records are to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settlement<T> {
    pub(crate) parcel: Parcel<T>,
    /// Kinesis has it, or it is given up.
    pub(crate) result: Result<Stored, Why>,
}

/// Why a parcel is given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// For its own sake: Kinesis refused it for good, or its time was up.
    Put { attempts: u32, cause: Arc<str> },
    /// Another was, which it may not pass.
    Halt(Halt),
}
