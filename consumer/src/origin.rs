//! What the stream has of a record, and where.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

/// For those who put the record again. Its parts are shared with the event and its records.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) stream_arn: Option<Arc<str>>,
    /// The data of the Kinesis record: of an aggregate, all of it.
    pub(crate) data: Bytes,
}

/// Without the data: a record that is printed shows its payload already.
impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origin").field("stream_arn", &self.stream_arn).finish_non_exhaustive()
    }
}
