//! What could not be checked in full, because what it has to be compared with was settled and forgotten when it came.

use std::fmt;

use serde::Serialize;

/// Counts of what came too late. All are 0 if nothing was settled before the history ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// Processings of records that had been settled: that they are copies is sure; payload and trace were not compared, nor
    /// whether the copy stands before others in the stream.
    pub copies: u64,
    /// Records that had been passed by later ones. If they violate an order it was found, but is counted once, however many
    /// have overtaken them.
    pub passed: u64,
    /// Records and processings of which it cannot be told what they overtake or overlap.
    pub undecided: u64,
}

impl fmt::Display for Forgotten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { copies, passed, undecided } = *self;
        if copies + passed + undecided == 0 {
            return Ok(());
        }
        write!(f, "\nafter others had been settled: {copies} copies came whose payload and trace were not compared, ")?;
        write!(f, "{passed} records whose order was compared with one other, {undecided} lines that cannot be judged")
    }
}
