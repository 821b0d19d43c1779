//! The line of a consumer.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::names::{FILTERED, SEEN_FROM_OUTSIDE};
use super::timestamp::Timestamp;
use super::trace_ids::TraceIds;
use crate::context::order::Order;
use crate::format::name::Format;
use crate::kinesis::sequence_number::SequenceNumber;

/// What a consumer knows of one record once its handler has ended, or once it is clear that the record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Process {
    /// The stream's or the topic's name. If a stream's ARN names none, it is the ARN, or else [`UNKNOWN`](super::UNKNOWN).
    pub stream: Arc<str>,
    /// The record's key, as it came out of the stream.
    pub group: Option<Arc<str>>,
    /// The shard the record came from, or [`UNKNOWN`](super::UNKNOWN).
    pub shard: Arc<str>,
    /// The record's number in that shard. Only of a record that could not be read it may be [`UNKNOWN`](super::UNKNOWN).
    pub sequence_number: SequenceNumber,
    /// The record's place in the aggregate it was packed into, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_sequence_number: Option<u64>,
    /// The producer's count, where the record carries one.
    pub order: Option<Order>,
    /// What the handler said.
    pub outcome: ProcessOutcome,
    /// Why it failed, or was skipped by the handler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When the handler was called.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// The Lambda function; several may read one stream. `None` in lines of versions that did not write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<Arc<str>>,
    /// The Lambda invocation.
    pub request_id: Arc<str>,
    /// How the context travelled.
    pub format: Cow<'static, str>,
    /// The span around the handler.
    pub span: Option<TraceIds>,
    /// How that span relates to the context that the record carried.
    pub relation: Option<Relation>,
    /// The context that the record carried.
    pub context: Option<TraceIds>,
    /// CRC-32 (ISO-HDLC) of the payload the handler got.
    pub payload_crc32: u32,
    /// Its place in the batch that was handed to the business code as one; `None` where records are handed over one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchPlace>,
}

impl Process {
    /// A record of which nothing else is known yet: what is optional is `None`, the request's id is empty, the format `none` and
    /// the checksum 0.
    pub fn new(
        stream: impl Into<Arc<str>>,
        shard: impl Into<Arc<str>>,
        sequence_number: impl Into<SequenceNumber>,
        outcome: ProcessOutcome,
        start: Timestamp,
        end: Timestamp,
    ) -> Self {
        Self {
            stream: stream.into(),
            group: None,
            shard: shard.into(),
            sequence_number: sequence_number.into(),
            sub_sequence_number: None,
            order: None,
            outcome,
            error: None,
            start,
            end,
            function: None,
            request_id: Arc::default(),
            format: Format::None.name().into(),
            span: None,
            relation: None,
            context: None,
            payload_crc32: 0,
            batch: None,
        }
    }

    /// Whether another program than the consumer wrote the line.
    pub fn is_seen_from_outside(&self) -> bool {
        self.format == SEEN_FROM_OUTSIDE || self.is_filtered()
    }

    /// Whether no function was invoked with the record, because the mapping's filters did not let it through.
    pub fn is_filtered(&self) -> bool {
        self.format == FILTERED
    }
}

/// The place of a record in a batch that was handed to the business code as one. The records of a batch have one
/// [`start`](Process::start): from then until its `end`, the business code had the record, together with those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BatchPlace {
    /// Which batch of the process it was.
    pub number: u64,
    /// The record's place there, from 0, in the order in which the business code got them.
    pub index: u64,
}

/// What the handler said of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcessOutcome {
    /// Done; the record will not come again on this account.
    Succeeded,
    /// Not done: it returned an error or panicked, and the record will come again.
    Failed,
    /// The business code was not called: the record is a copy of one that was processed before.
    Skipped,
    /// Done: the business code was called, and said that the record is to be skipped. It will not come again on this account.
    SkippedByHandler,
    /// Not done: it was handed over as part of a batch, and the batch ended at a record before it. It will come again.
    NotReached,
}

/// How a span relates to a context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// It is part of the same trace.
    Parent,
    /// It belongs to another trace and links to this one.
    Link,
}
