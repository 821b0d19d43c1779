//! What happens to the key of a record that is given up.

/// A record is given up when Kinesis refuses it for good, or when its time is up.
///
/// Whichever it is, [`Publisher::resume`](crate::Publisher::resume) ends the halt of a key at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GiveUp {
    /// The key is halted: the record comes back, so do those that wait for it, and later ones are refused when they are
    /// handed in. The halt ends by itself once the caller has been told of all that came back: each
    /// [`Delivery`](crate::Delivery) has been awaited or dropped. So none of them is passed unknowingly, and what the
    /// caller hands in next is its own decision: the same records again, in their order, or others.
    ///
    /// For callers that decide at one place. Where one task hands in records and another one is told of their fate, the
    /// first may be quicker than what the second has to say to it; then [`HaltGroup`](Self::HaltGroup) leaves it to them
    /// when the key goes on.
    #[default]
    HaltUntilTold,
    /// The key is halted, as above, until [`Publisher::resume`](crate::Publisher::resume).
    HaltGroup,
    /// The key goes on without it, for those to whom a gap matters less than a stop. The record comes back with its
    /// error, and `order` shows readers the gap. A record that was given up without an answer may still arrive, and then
    /// it comes behind its successors.
    Skip,
}
