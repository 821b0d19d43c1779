//! What becomes of a group one of whose records is given up.

/// A record is given up when Kinesis refuses it for good, or when its time is up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GiveUp {
    /// Later records of the group are refused, with an error that names the cause: none of them passes it.
    #[default]
    HaltGroup,
    /// The group goes on without it, for those to whom a gap matters less than a stop. The record comes back with its
    /// error, and `order` shows readers the gap. A record that was given up without an answer may still arrive, and then
    /// it comes behind its successors.
    Skip,
}
