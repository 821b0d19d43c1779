//! The stream that a mapping reads.

/// A stream, under both its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// What API calls name it by.
    pub name: String,
    /// `arn:aws:kinesis:REGION:ACCOUNT:stream/NAME`, as it stands in the events.
    pub arn: String,
}
