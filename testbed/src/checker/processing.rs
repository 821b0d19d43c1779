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
    /// Whether who wrote the line saw the record's context and payload: the record could be read, and its function wrote the
    /// line.
    pub(super) tells_content: bool,
    /// Whether another program wrote the line, which sees an invocation and not what happens within.
    pub(super) is_outside: bool,
    /// Whether a mapping's filters kept the record from its function, which therefore did nothing with it.
    pub(super) is_filtered: bool,
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
            tells_content: process.format != UNREADABLE && !process.is_seen_from_outside(),
            is_outside: process.is_seen_from_outside(),
            is_filtered: process.is_filtered(),
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

    /// Whether the function was done with the record: it processed it, its handler decided to skip it, or it is not to get it.
    pub(super) fn is_done(&self) -> bool {
        matches!(self.outcome, ProcessOutcome::Succeeded | ProcessOutcome::SkippedByHandler)
    }

    /// Whether the function got the record and was done with it. Order is asked for among these only: a mapping filters a record
    /// when it reads it, which may be long before an earlier one is handed over.
    pub(super) fn is_success(&self) -> bool {
        self.is_done() && !self.is_filtered
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
