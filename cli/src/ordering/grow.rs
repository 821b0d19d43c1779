//! How the partitions of a topic grow in the middle of a run.

use clap::ValueEnum;

/// Who waits for whom when partitions are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Grow {
    /// Publishers stop until everything is processed, and begin anew with the new partitions.
    Drained,
    /// Nobody waits.
    AtOnce,
}
