//! What the checker keeps of a record's processing.

use std::sync::Arc;

use kinetrace::Format;
use kinetrace::Order;
use kinetrace::history::{Process, ProcessOutcome, Relation, TraceIds, UNREADABLE};

use super::ids::{RequestId, SpanIds};
use super::in_batch::InBatch;
use super::line::digest;
use super::names::{KeyId, Name, Names, is_unknown};
use super::number::Number;
use super::position::Position;

/// One time that a record was handed to a function. Times are microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Processing {
    pub(super) stream: Name,
    pub(super) group: Option<Arc<str>>,
    pub(super) function: Option<Name>,
    pub(super) found: Position,
    pub(super) order: Option<Order>,
    pub(super) outcome: ProcessOutcome,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) request: RequestId,
    /// Where it was handed over together with others.
    pub(super) batch: Option<InBatch>,
    pub(super) context: Option<SpanIds>,
    pub(super) span: Span,
    pub(super) relation: Option<Relation>,
    pub(super) payload_crc32: u32,
    /// Whether the partition key is a context, and does not name the record's key.
    pub(super) hides_key: bool,
    /// Whether the event did not name the record's stream or shard.
    pub(super) is_unplaced: bool,
    /// Whether the record could not be read, so that nobody saw its context or payload.
    pub(super) is_unreadable: bool,
    /// Whether it was looked at already whether it overlaps another.
    pub(super) is_swept: bool,
    digest: u64,
    /// The index of its record, once that was looked for.
    pub(super) record: Option<u32>,
}

/// What the span around the handler is to the context that the record carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    None,
    /// The very one: where telemetry is off, the sender's span passes for the current one.
    Senders,
    SameTrace,
    OtherTrace,
}

impl Processing {
    pub(super) fn new(process: &Process, names: &mut Names) -> Self {
        let Process { shard, sequence_number, sub_sequence_number, .. } = process;
        let request = RequestId::new(&process.request_id, names);
        let number = Number::new(sequence_number.as_str(), names);
        Self {
            stream: names.name(&process.stream),
            group: process.group.as_ref().map(|group| names.shared(group)),
            function: process.function.as_ref().map(|function| names.name(function)),
            found: Position::new(names.name(shard), number, *sub_sequence_number),
            order: process.order,
            outcome: process.outcome,
            start: process.start.0,
            // One that ends before it starts is reported elsewhere; here it must not hide others.
            end: process.end.0.max(process.start.0),
            request,
            batch: process.batch.map(|place| InBatch { request, start: process.start.0, place }),
            context: process.context.as_ref().map(|ids| SpanIds::new(ids, names)),
            span: span(process.span.as_ref(), process.context.as_ref()),
            relation: process.relation,
            payload_crc32: process.payload_crc32,
            hides_key: process.format == Format::PartitionKey.name(),
            is_unplaced: is_unknown(&process.stream) || is_unknown(shard),
            is_unreadable: process.format == UNREADABLE,
            is_swept: false,
            digest: digest(process),
            record: None,
        }
    }

    /// Of the whole line.
    pub(super) fn digest(&self) -> u64 {
        self.digest
    }

    /// Whether it is the same line, read once more.
    pub(super) fn is_copy_of(&self, other: &Self) -> bool {
        (self.start, self.end, self.found, self.digest) == (other.start, other.end, other.found, other.digest)
    }

    /// Whether the function was done with the record: it processed it, or its handler decided to skip it.
    pub(super) fn is_done(&self) -> bool {
        matches!(self.outcome, ProcessOutcome::Succeeded | ProcessOutcome::SkippedByHandler)
    }

    /// The key that its line names, if another line named it before.
    pub(super) fn key(&self, names: &Names) -> Option<KeyId> {
        names.known_key(self.stream, self.group.as_deref()?)
    }
}

fn span(span: Option<&TraceIds>, context: Option<&TraceIds>) -> Span {
    match (span, context) {
        (None, _) => Span::None,
        (Some(own), Some(context)) if own == context => Span::Senders,
        (Some(own), Some(context)) if own.trace_id == context.trace_id => Span::SameTrace,
        _ => Span::OtherTrace,
    }
}
