//! An invocation that goes on, or of which something is still to be heard.

use std::sync::Arc;

use kinetrace::SequenceNumber;
use kinetrace::history::Timestamp;
use kinetrace_testbed::event_source_mapping::Answered;

use super::part::Part;

/// What is known of it so far.
#[derive(Debug, Default)]
pub(super) struct Running {
    pub(super) began: Option<Began>,
    /// By an environment, with the request's id.
    pub(super) handed_out: Option<(Arc<str>, Timestamp)>,
    pub(super) ended: Option<(Timestamp, Answered, Option<SequenceNumber>)>,
}

/// Its beginning, at the mapping.
#[derive(Debug)]
pub(super) struct Began {
    pub(super) shard: Arc<str>,
    pub(super) start: Timestamp,
    /// With what is known of each.
    pub(super) records: Vec<(SequenceNumber, Option<Arc<[Part]>>)>,
}
