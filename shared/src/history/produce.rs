//! The line of a producer.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::names::SEEN_FROM_OUTSIDE;
use super::timestamp::Timestamp;
use super::trace_ids::TraceIds;
use crate::context::order::Order;
use crate::kinesis::hash_key::HashKey;
use crate::kinesis::sequence_number::SequenceNumber;

/// What a producer knows of one record once its put has ended, or it was refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Produce {
    /// The stream's name.
    pub stream: String,
    /// The business group the record belongs to.
    pub group: String,
    /// The record's place in its group; this, not the line's place in the file, is the production order. `None` of a
    /// record that was refused before it got a place: too large, say. Kinesis was never asked to take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// How the put ended.
    pub outcome: PutOutcome,
    /// Why it did not succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The shard that took the record.
    pub shard: Option<String>,
    /// The record's number in that shard.
    pub sequence_number: Option<SequenceNumber>,
    /// The record's place in the aggregate it was packed into, from 0; `None` if it travelled by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_sequence_number: Option<u64>,
    /// When the record was handed to the publisher.
    pub start: Timestamp,
    /// When the put ended.
    pub end: Timestamp,
    /// The trace context that travels with the record.
    pub context: Option<TraceIds>,
    /// CRC-32 (ISO-HDLC) of the business payload.
    pub payload_crc32: u32,
    /// [`SEEN_FROM_OUTSIDE`], if another program than the producer wrote the line. A producer's own line has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Cow<'static, str>>,
    /// Where its client asked Kinesis to place the record, in place of where its partition key hashes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explicit_hash_key: Option<HashKey>,
}

impl Produce {
    /// A put of which nothing else is known yet: what is optional is `None`, and the checksum 0.
    pub fn new(
        stream: impl Into<String>,
        group: impl Into<String>,
        outcome: PutOutcome,
        start: Timestamp,
        end: Timestamp,
    ) -> Self {
        Self {
            stream: stream.into(),
            group: group.into(),
            order: None,
            outcome,
            error: None,
            shard: None,
            sequence_number: None,
            sub_sequence_number: None,
            start,
            end,
            context: None,
            payload_crc32: 0,
            format: None,
            explicit_hash_key: None,
        }
    }

    /// Whether another program than the producer wrote the line.
    pub fn is_seen_from_outside(&self) -> bool {
        self.format.as_deref() == Some(SEEN_FROM_OUTSIDE)
    }
}

/// How a put ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PutOutcome {
    /// Kinesis has the record.
    Acknowledged,
    /// Kinesis does not have it.
    Failed,
    /// No answer came: Kinesis may have the record, even more than once.
    Unknown,
}
