//! What the outbox is bound by, and what a record that is given up does to its key.

use std::time::Duration;

use crate::limits::MAX_REQUEST_ENTRIES;

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
    pub(crate) failure_policy: FailurePolicy,
    /// How long one request may take before its outcome counts as unknown.
    pub(crate) attempt_timeout: Duration,
    /// How long a record is tried again, counted from its first attempt.
    pub(crate) delivery_timeout: Duration,
    /// While so many keys are halted, no other begins.
    pub(crate) max_halted: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            limits: RequestLimits { entries: MAX_REQUEST_ENTRIES, bytes: 1024 * 1024, pack_bytes: 256 * 1024 },
            failure_policy: FailurePolicy::default(),
            attempt_timeout: Duration::from_secs(5),
            delivery_timeout: Duration::from_secs(30),
            max_halted: 100_000,
        }
    }
}

/// A record is given up when Kinesis refuses it for good, or when its time is up.
///
/// Whichever it is, [`Publisher::resume`](crate::Publisher::resume) ends the halt of a key at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailurePolicy {
    /// The key is halted: the record comes back, so do those that wait for it, and later ones are refused when they are
    /// handed in. The halt ends by itself once the caller knows the fate of all that came back: each
    /// [`Delivery`](crate::Delivery) has been awaited or dropped. So none of them is passed unknowingly, and what the
    /// caller hands in next is its own decision: the same records again, in their order, or others.
    ///
    /// For callers that decide at one place. Where one task hands in records and another one learns their fate, the
    /// first may be quicker than what the second has to say to it; then [`Halt`](Self::Halt) leaves it to them
    /// when the key goes on.
    #[default]
    HaltUntilReported,
    /// The key is halted, as above, until [`Publisher::resume`](crate::Publisher::resume).
    Halt,
    /// The key goes on without it, for those to whom a gap matters less than a stop. The record comes back with its
    /// error, and `order` shows readers the gap. A record that was given up without an answer may still arrive, and then
    /// it comes after its successors.
    Skip,
}
