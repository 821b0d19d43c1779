//! Carriers: where the context travels.
//!
//! Each wire format is known to one file, and each file has the same inside: `inject` writes the format, `extract`
//! recognises and reads it.

pub(crate) mod aggregate;
pub(crate) mod datadog;
pub(crate) mod envelope;
pub(crate) mod member;
pub(crate) mod partition_key;
mod spliced;

use std::fmt;
use std::str::FromStr;

use super::record::Record;
use crate::context::fields::Fields;
use crate::context::injection::Injection;
use crate::context::order::Order;
use crate::format::json_text::{JsonText, Known};

/// The largest record a stream takes unless its owner raised the limit, in bytes: data and partition key together
/// (<https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>).
pub const DEFAULT_MAX_RECORD_BYTES: usize = 1024 * 1024;

/// Where the context travels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Carrier {
    /// The payload becomes the `data` of a JSON object that also holds the context. Partition key and placement stay.
    #[default]
    Envelope,
    /// The context becomes the first members of the payload, which must be a JSON object. Partition key and placement
    /// stay; so do filters and schemas, for all of the payload's own members are where they were.
    Member,
    /// The context becomes a first member `_datadog` of the payload, which must be a JSON object: what Datadog's tracers write,
    /// and what their consumers look for. Partition key and placement stay, and so do the payload's own members.
    Datadog,
    /// The payload becomes the only user record of an aggregated record of the Kinesis Producer Library, and the context
    /// its tags. Partition key and placement stay. Readers that de-aggregate get the exact payload, whatever its bytes.
    Aggregate,
    /// The partition key becomes the `traceparent`, and the explicit hash key keeps the record on its group's shard. The
    /// payload stays.
    ///
    /// **Keeps order only while every mapping that reads the stream has a ParallelizationFactor of 1**: Lambda divides
    /// a shard by partition key, cannot see the explicit hash key, and will run records of one group at once
    /// (`docs/concepts/order.md`). The group's name is gone for every reader, and so are `tracestate` and baggage.
    PartitionKey,
}

impl Carrier {
    /// Puts `fields` on `record`, or leaves it as it was and says why.
    ///
    /// `max_record_bytes` is the stream's limit for data and partition key together. A carrier with room for it takes
    /// `order` along, even when there is no context.
    ///
    /// ```
    /// use kinetrace::{Carrier, DEFAULT_MAX_RECORD_BYTES, Fields, Injection, Record};
    ///
    /// let mut fields = Fields::default();
    /// fields.set("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned());
    ///
    /// let mut record = Record::new("user-42", r#"{"n": 1.0}"#);
    /// let injection = Carrier::Envelope.inject(&mut record, &fields, None, DEFAULT_MAX_RECORD_BYTES);
    ///
    /// assert_eq!(injection, Injection::Injected);
    /// assert_eq!(
    ///     String::from_utf8(record.data).unwrap(),
    ///     r#"{"_otel":{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},"data":{"n": 1.0}}"#
    /// );
    /// ```
    pub fn inject(
        self,
        record: &mut Record,
        fields: &Fields,
        order: Option<Order>,
        max_record_bytes: usize,
    ) -> Injection {
        self.inject_known(record, Known::Nothing, fields, order, max_record_bytes)
    }

    /// As [`inject`](Self::inject), of a record whose data is known to be JSON: an envelope is put around it without a look at it.
    /// `Member` and `Datadog` look for members of their own names only.
    ///
    /// ```
    /// use kinetrace::{Carrier, DEFAULT_MAX_RECORD_BYTES, Fields, Injection, Record};
    ///
    /// let mut fields = Fields::default();
    /// fields.set("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned());
    ///
    /// let legs = Record::json("N14228", &["EWR-IAH", "IAH-ORD"])?;
    /// let (record, injection) = Carrier::Envelope.inject_json(legs, &fields, None, DEFAULT_MAX_RECORD_BYTES);
    /// assert_eq!(injection, Injection::Injected);
    /// assert!(record.data.ends_with(br#","data":["EWR-IAH","IAH-ORD"]}"#));
    /// # Ok::<(), kinetrace::JsonTextError>(())
    /// ```
    pub fn inject_json(
        self,
        record: Record<JsonText>,
        fields: &Fields,
        order: Option<Order>,
        max_record_bytes: usize,
    ) -> (Record, Injection) {
        let (mut record, known) = record.into_known();
        let injection = self.inject_known(&mut record, known, fields, order, max_record_bytes);
        (record, injection)
    }

    /// As [`inject`](Self::inject), for what keeps records of either kind.
    #[doc(hidden)]
    pub fn inject_known(
        self,
        record: &mut Record,
        known: Known,
        fields: &Fields,
        order: Option<Order>,
        max_record_bytes: usize,
    ) -> Injection {
        match self {
            Carrier::Envelope => envelope::inject(record, known, fields, order, max_record_bytes),
            Carrier::Member => member::inject(record, known, fields, max_record_bytes),
            Carrier::Datadog => datadog::inject(record, known, fields, max_record_bytes),
            Carrier::Aggregate => aggregate::inject(record, fields, order, max_record_bytes),
            Carrier::PartitionKey => partition_key::inject(record, fields, max_record_bytes),
        }
    }
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Carrier::Envelope => "envelope",
            Carrier::Member => "member",
            Carrier::Datadog => "datadog",
            Carrier::Aggregate => "aggregate",
            Carrier::PartitionKey => "partition-key",
        })
    }
}

/// The text is not the name of a carrier.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[error("unknown carrier {0:?}: use `envelope`, `member`, `datadog`, `aggregate` or `partition-key`")]
pub struct ParseCarrierError(String);

impl FromStr for Carrier {
    type Err = ParseCarrierError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "envelope" => Ok(Carrier::Envelope),
            "member" => Ok(Carrier::Member),
            "datadog" => Ok(Carrier::Datadog),
            "aggregate" => Ok(Carrier::Aggregate),
            "partition-key" => Ok(Carrier::PartitionKey),
            _ => Err(ParseCarrierError(name.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests;
