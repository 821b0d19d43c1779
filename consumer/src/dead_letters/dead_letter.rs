//! A record that is to be skipped, and why.

use opentelemetry::Context;

use crate::call::{Call, Caller};
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
    pub(crate) caller: Caller,
}

impl DeadLetter {
    /// Of a record that was handled in this context.
    pub(super) fn of(record: Record, failure: Failure, context: &Context) -> Self {
        Self { record, failure, trace: TraceContext::of(context), caller: Call::caller(context) }
    }
}
