//! A batch that failed.

use super::super::batch::Batch;
use super::record::Record;

/// A batch that goes again as it is, unless the partitions are dealt before.
#[derive(Debug)]
pub(super) struct Retry {
    pub(super) batch: Batch<Record>,
    /// Whether newer records of its partitions wait for it.
    pub(super) holds: bool,
}
