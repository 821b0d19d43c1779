//! A record, taken apart: what it carries besides its payload.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::fields::Fields;
use crate::hash_key::HashKey;
use crate::order::Order;

/// What [`Reader::read`](crate::Reader::read) finds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extraction {
    /// How the context travelled.
    pub format: Format,
    /// The context's fields, as they were written: not checked, possibly malformed, possibly none.
    pub fields: Fields,
    /// The producer's count, where the record carries one.
    pub order: Option<Order>,
    /// What the producer's business code sent, to the byte.
    pub payload: Bytes,
    /// The record's place in the aggregate it was packed into; `None` if it was a Kinesis record of its own.
    pub user_record: Option<UserRecord>,
}

/// What an aggregated record says of a record inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRecord {
    /// The partition key that the producer gave it; that of the Kinesis record around it is often `a`. The records of an
    /// aggregate share it.
    pub partition_key: Arc<str>,
    /// The hash key that the producer gave it, if any.
    pub explicit_hash_key: Option<HashKey>,
    /// Its place among the records of the Kinesis record, from 0. With the sequence number of that one, it names the
    /// record.
    pub sub_sequence_number: u64,
}

/// How a context travelled. `docs/wire-formats.md` has the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// No context; the data is the payload.
    None,
    /// In an envelope around the payload.
    Envelope,
    /// In a member `_otel` of the payload.
    Otel,
    /// Spliced in as the first members of the payload.
    Member,
    /// In members of the payload, as CloudEvents has it, and a program that injects into its event by hand.
    W3cMember,
    /// In Datadog's member `_datadog` of the payload.
    Datadog,
    /// In the headers that Spring Integration or Spring Cloud Stream put before the payload.
    Spring,
    /// In the tags of a record inside an aggregated record.
    Aggregate,
    /// As the partition key.
    PartitionKey,
}

impl Format {
    /// As it stands in logs and spans.
    pub fn name(self) -> &'static str {
        match self {
            Format::None => "none",
            Format::Envelope => "envelope",
            Format::Otel => "otel",
            Format::Member => "member",
            Format::W3cMember => "w3c_member",
            Format::Datadog => "datadog",
            Format::Spring => "spring",
            Format::Aggregate => "aggregate",
            Format::PartitionKey => "partition_key",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
