//! A record, taken apart: what it carries in addition to its payload.

use std::sync::Arc;

use bytes::Bytes;

use super::hash_key::HashKey;
use crate::context::fields::Fields;
use crate::context::order::Order;
use crate::format::name::Format;

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
