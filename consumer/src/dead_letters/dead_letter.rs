//! A record that is to be skipped, and why.

use crate::failure::Failure;
use crate::record::Record;
use crate::trace_context::TraceContext;

/// What a [`DeadLetterQueue`](crate::dead_letters::DeadLetterQueue) gets.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The record as the handler got it: payload, key, stream, shard, sequence number, and its place in an aggregate.
    pub record: Record,
    /// Why it is to be skipped. Its text quotes nothing of the payload.
    pub failure: Failure,
    /// The record's process span. Who processes the record later continues its trace by
    /// [`headers`](TraceContext::headers).
    pub trace: TraceContext,
}
