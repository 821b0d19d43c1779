//! The carriers of the comparison on Kafka.

use clap::ValueEnum;

/// Where the trace context travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Carrier {
    /// Nowhere.
    None,
    /// In the record's headers.
    Headers,
    /// In place of the record's key: known to be bad, here for comparison.
    Key,
}

impl Carrier {
    /// All of them, in the order of the table.
    pub(super) const ALL: [Self; 3] = [Self::None, Self::Headers, Self::Key];

    pub(super) fn name(self) -> &'static str {
        match self {
            Carrier::None => "none",
            Carrier::Headers => "headers",
            Carrier::Key => "key",
        }
    }
}
