//! What the outbox is bound by.

use std::time::Duration;

use crate::limits::MAX_REQUEST_ENTRIES;
use crate::publisher::GiveUp;

/// What one request may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RequestLimits {
    pub(crate) entries: usize,
    /// Data and partition keys together.
    pub(crate) bytes: usize,
    /// Of one aggregated record, its partition key included.
    pub(crate) pack_bytes: usize,
}

/// What the outbox is bound by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Policy {
    pub(crate) limits: RequestLimits,
    pub(crate) give_up: GiveUp,
    /// How long a record is tried again, counted from its first attempt.
    pub(crate) delivery_timeout: Duration,
    /// While so many keys are halted, no other begins.
    pub(crate) max_halted: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            limits: RequestLimits { entries: MAX_REQUEST_ENTRIES, bytes: 1024 * 1024, pack_bytes: 256 * 1024 },
            give_up: GiveUp::default(),
            delivery_timeout: Duration::from_secs(30),
            max_halted: 100_000,
        }
    }
}
