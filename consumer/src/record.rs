//! What the business code gets.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use kinetrace::kafka::{Headers, key_text};
use kinetrace::{Format, HashKey, Order, SequenceNumber};
use serde::Deserialize;

use crate::json_error::JsonError;
use crate::origin::Origin;

/// One record: the payload that the producer's business code sent, and where it came from. Cloning copies no text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The payload, to the byte; of Kafka the value. It is empty if there is none: see [`is_tombstone`](Self::is_tombstone).
    /// Payloads of Kinesis share buffers of up to 64 KiB, which stay as long as any of them is kept: copy what is to live long.
    pub payload: Bytes,
    /// The partition key: the business group, unless the producer used the partition-key carrier. Of a record that was
    /// packed into an aggregate, its own. Of Kafka the key, where that is UTF-8.
    pub partition_key: Option<Arc<str>>,
    /// The bytes of the key of a record of Kafka. A record with an empty key has one.
    pub key: Option<Bytes>,
    /// The headers of a record of Kafka, those of the trace context among them.
    pub headers: Headers,
    /// The hash key that the producer gave it. Known of records that were packed into an aggregate only: Kinesis does not
    /// return that of others.
    pub explicit_hash_key: Option<HashKey>,
    /// The name of the stream, or of the topic.
    pub stream: Arc<str>,
    /// The shard the record came from; of Kafka the number of the partition, in decimal digits.
    pub shard_id: Arc<str>,
    /// The record's number in the shard; of Kafka the offset, in decimal digits. It differs between two copies of a record.
    pub sequence_number: SequenceNumber,
    /// The record's place in the aggregate it was packed into, from 0; all of its records share a sequence number.
    pub sub_sequence_number: Option<u64>,
    /// The producer's count in this group, where it sent one. It is the same for two copies of a record.
    pub order: Option<Order>,
    /// When Kinesis took the record; of Kafka the record's timestamp.
    pub arrival: Option<SystemTime>,
    /// How the trace context travelled.
    pub format: Format,
    /// Of Kafka: there is no value.
    pub(crate) is_tombstone: bool,
    /// What the stream has; `None` of a record that did not come from one.
    pub(crate) origin: Option<Origin>,
}

impl Record {
    /// A record as a handler's unit test needs it: a payload of a group, and nothing else known.
    ///
    /// ```
    /// let record = kinetrace_consumer::Record::new("N14228", r#"{"tailnum":"N14228"}"#);
    /// assert_eq!(record.partition_key.as_deref(), Some("N14228"));
    /// ```
    pub fn new(partition_key: impl Into<Arc<str>>, payload: impl Into<Bytes>) -> Self {
        Self {
            payload: payload.into(),
            partition_key: Some(partition_key.into()),
            key: None,
            headers: Headers::default(),
            explicit_hash_key: None,
            stream: Arc::default(),
            shard_id: Arc::default(),
            sequence_number: "0".into(),
            sub_sequence_number: None,
            order: None,
            arrival: None,
            format: Format::None,
            is_tombstone: false,
            origin: None,
        }
    }

    /// The payload as JSON. Types that borrow (`&str`, `&RawValue`) borrow from the record.
    ///
    /// # Errors
    ///
    /// The payload is not JSON, or not of this shape, or the record is a [tombstone](Self::is_tombstone). The text of the
    /// error quotes nothing of the payload.
    ///
    /// ```
    /// #[derive(serde::Deserialize)]
    /// struct Flight<'a> {
    ///     tailnum: &'a str,
    /// }
    ///
    /// let record = kinetrace_consumer::Record::new("N14228", r#"{"tailnum":"N14228"}"#);
    /// let flight: Flight<'_> = record.json()?;
    /// assert_eq!(flight.tailnum, "N14228");
    /// # Ok::<(), kinetrace_consumer::JsonError>(())
    /// ```
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, JsonError> {
        serde_json::from_slice(&self.payload).map_err(|error| {
            let error = JsonError::of::<T>(error);
            if self.is_tombstone { error.of_tombstone() } else { error }
        })
    }

    /// Whether it is a record of Kafka without a value, which says that its key is deleted. An empty value is one, and such
    /// a record is not a tombstone.
    pub fn is_tombstone(&self) -> bool {
        self.is_tombstone
    }

    /// The key as lines have it: of Kafka, no two keys have one text.
    pub(crate) fn key_text(&self) -> Option<Arc<str>> {
        match (&self.partition_key, &self.key) {
            (Some(text), Some(key)) if key_text(key) == **text => Some(Arc::clone(text)),
            (_, Some(key)) => Some(key_text(key).as_ref().into()),
            (text, None) => text.clone(),
        }
    }

    /// How long it has been in the stream; `None` if that is unknown, or lies in the future by this clock.
    pub(crate) fn age(&self) -> Option<Duration> {
        self.age_at(SystemTime::now())
    }

    /// The same at this time.
    pub(crate) fn age_at(&self, now: SystemTime) -> Option<Duration> {
        self.arrival.and_then(|arrival| now.duration_since(arrival).ok())
    }
}
