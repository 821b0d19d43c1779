//! Reading: what a record carries besides its payload.

use std::fmt;

use bytes::Bytes;

use crate::carrier::{envelope, partition_key};
use crate::fields::Fields;
use crate::order::Order;

/// A record, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extraction {
    /// How the context travelled.
    pub format: Format,
    /// The context's fields, as they were written: not checked, possibly malformed, possibly none.
    pub fields: Fields,
    /// The producer's count, where the record carries one.
    pub order: Option<Order>,
    /// What the producer's business code sent, to the byte.
    pub payload: Bytes,
}

/// How a context travelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// No context; the data is the payload.
    None,
    /// In an envelope around the payload.
    Envelope,
    /// As the partition key.
    PartitionKey,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::None => "none",
            Format::Envelope => "envelope",
            Format::PartitionKey => "partition_key",
        })
    }
}

/// Takes a record apart. It never fails: what is not one of the known formats is a payload without context.
///
/// ```
/// use kinetrace::{Format, extract};
///
/// let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let data = format!(r#"{{"_otel":{{"traceparent":"{traceparent}"}},"data":{{"n": 1.0}}}}"#);
///
/// let record = extract(data.into(), Some("user-42"));
/// assert_eq!(record.format, Format::Envelope);
/// assert_eq!(record.payload, r#"{"n": 1.0}"#);
///
/// let record = extract("anything".into(), Some("user-42"));
/// assert_eq!(record.format, Format::None);
/// assert_eq!(record.payload, "anything");
/// ```
pub fn extract(data: Bytes, partition_key: Option<&str>) -> Extraction {
    envelope::extract(&data)
        .or_else(|| partition_key.and_then(|key| partition_key::extract(&data, key)))
        .unwrap_or_else(|| Extraction { format: Format::None, fields: Fields::default(), order: None, payload: data })
}
