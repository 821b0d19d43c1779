//! The log of a topic: what stands in its partitions, in the order in which it stands there.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use krafka::consumer::Consumer;

use super::topic::{KafkaError, Topic};

/// A record as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The partition's number.
    pub partition: i32,
    /// The record's number in that partition.
    pub offset: i64,
    /// Milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// `None` is Kafka's null.
    pub key: Option<Bytes>,
    /// `None` is a tombstone.
    pub value: Option<Bytes>,
    /// In their order; names may repeat.
    pub headers: Vec<(String, Option<Bytes>)>,
}

/// Reads a topic from its beginning, without a consumer group.
pub struct Log {
    topic: Topic,
    consumer: Consumer,
}

impl Topic {
    /// Reads these partitions, from 0, from the beginning.
    ///
    /// # Errors
    /// The broker does not answer, or refuses.
    pub async fn read(&self, partitions: i32) -> Result<Log, KafkaError> {
        let consumer = self.consumer((0..partitions).collect()).await?;
        Ok(Log { topic: self.clone(), consumer })
    }
}

impl Log {
    /// Reads partitions that have been added, as well.
    ///
    /// # Errors
    /// The broker does not answer, or refuses.
    pub async fn extend_to(&self, partitions: i32) -> Result<(), KafkaError> {
        let assigned = self.consumer.assign(self.topic.name(), (0..partitions).collect()).await;
        assigned.map_err(|source| self.topic.refused("read", source))
    }

    /// The next records, those of a partition in its order; none, if none come in so much time. Dropping the future loses
    /// none.
    ///
    /// # Errors
    /// The broker does not answer, or refuses.
    pub async fn next(&self, within: Duration) -> Result<Vec<Logged>, KafkaError> {
        let records = self.consumer.poll(within).await.map_err(|source| self.topic.refused("read", source))?;
        let logged = |record: krafka::ConsumerRecord| Logged {
            partition: record.partition,
            offset: record.offset,
            timestamp: record.timestamp,
            key: record.key,
            value: record.value,
            headers: record.headers,
        };
        Ok(records.into_iter().map(logged).collect())
    }

    /// The offset that the next record of a partition gets.
    ///
    /// # Errors
    /// The broker does not answer, or refuses.
    pub async fn end(&self, partition: i32) -> Result<i64, KafkaError> {
        let watermarks = self.consumer.fetch_watermarks(self.topic.name(), partition).await;
        watermarks.map(|(_, end)| end).map_err(|source| self.topic.refused("read the end of", source))
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("topic", &self.topic.name()).finish_non_exhaustive()
    }
}
