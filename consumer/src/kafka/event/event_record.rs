//! A record, as the topic has it.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;

use kinetrace::kafka::Headers;

/// A record as it came out of the topic.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventRecord {
    /// The topic's name. The records of an event share it.
    pub topic: Arc<str>,
    /// The number of the partition, from 0.
    pub partition: i32,
    /// The record's place in the partition.
    pub offset: i64,
    /// By the producer's clock or the broker's, as the topic has it (`message.timestamp.type`); not fit to order records by.
    /// `None` of a record that has none, which Kafka writes as -1.
    pub timestamp: Option<SystemTime>,
    /// The key's bytes. A record with an empty key has one.
    pub key: Option<Bytes>,
    /// The value's bytes. `None` is a tombstone, and differs from an empty value.
    pub value: Option<Bytes>,
    /// In the record's order.
    pub headers: Headers,
    /// The ARN of the cluster, where it is known: that of an event of Amazon MSK. The records of an event share it.
    pub cluster_arn: Option<Arc<str>>,
}

impl EventRecord {
    /// A record that a program has read by itself, without key, timestamp and headers yet, for
    /// [`Consumer::process_kafka`](crate::Consumer::process_kafka). Without a value it is a tombstone.
    pub fn new(topic: impl Into<Arc<str>>, partition: i32, offset: i64, value: Option<Bytes>) -> Self {
        Self {
            topic: topic.into(),
            partition,
            offset,
            timestamp: None,
            key: None,
            value,
            headers: Headers::default(),
            cluster_arn: None,
        }
    }

    /// With its key.
    #[must_use]
    pub fn key(self, key: impl Into<Bytes>) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    /// With its headers.
    #[must_use]
    pub fn headers(self, headers: Headers) -> Self {
        Self { headers, ..self }
    }

    /// With its timestamp.
    #[must_use]
    pub fn timestamp(self, timestamp: SystemTime) -> Self {
        Self { timestamp: Some(timestamp), ..self }
    }
}
