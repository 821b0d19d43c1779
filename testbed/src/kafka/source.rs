//! A topic as a mapping reads it.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use krafka::consumer::Consumer;
use krafka::{ConsumerRecord, TimestampType};
use tokio::sync::Mutex;

use super::topic::{KafkaError, Topic};
use crate::event_source_mapping::kafka::{Page, Record, Source, TimestampType as Whose};

/// A read that brings nothing ends after so long.
const WAIT: Duration = Duration::from_millis(50);

/// The topic as a mapping reads it: with a reader for each partition, and without a consumer group.
pub struct TopicSource {
    topic: Topic,
    readers: Mutex<HashMap<u32, Arc<Consumer>>>,
}

impl TopicSource {
    /// Reads nothing before it is asked to.
    pub fn new(topic: Topic) -> Self {
        Self { topic, readers: Mutex::default() }
    }

    async fn reader(&self, partition: u32) -> Result<Arc<Consumer>, KafkaError> {
        let mut readers = self.readers.lock().await;
        if let Some(reader) = readers.get(&partition) {
            return Ok(Arc::clone(reader));
        }
        let reader = Arc::new(self.topic.consumer(vec![number(partition)]).await?);
        readers.insert(partition, Arc::clone(&reader));
        Ok(reader)
    }
}

impl Source for TopicSource {
    type Error = KafkaError;

    fn topic(&self) -> &str {
        self.topic.name()
    }

    async fn partitions(&self) -> Result<u32, KafkaError> {
        Ok(u32::try_from(self.topic.leaders().await?).unwrap_or(u32::MAX))
    }

    async fn fetch(&self, partition: u32, offset: i64, most: usize) -> Result<Page, KafkaError> {
        let (name, failed) = (self.topic.name(), |source| self.topic.refused("read", source));
        let reader = self.reader(partition).await?;
        if reader.position(name, number(partition)).await != Some(offset) {
            reader.seek(name, number(partition), offset).await.map_err(failed)?;
        }
        let mut read = reader.poll(WAIT).await.map_err(failed)?;
        let is_cut = read.len() > most;
        read.truncate(most);
        let after = read.last().map_or(offset, |record| record.offset + 1);
        // Where nothing was cut off, the reader has also passed what is between the records.
        let position = if is_cut { None } else { reader.position(name, number(partition)).await };
        let records = read.into_iter().map(|read| record(partition, read)).collect();
        Ok(Page { records, next_offset: position.unwrap_or(after).max(after) })
    }
}

fn record(partition: u32, read: ConsumerRecord) -> Record {
    let timestamp_type = match read.timestamp_type {
        TimestampType::LogAppendTime => Whose::LogAppendTime,
        _ => Whose::CreateTime,
    };
    Record {
        partition,
        offset: read.offset,
        timestamp: read.timestamp,
        timestamp_type,
        key: read.key,
        value: read.value,
        headers: read.headers.into_iter().map(|(name, value)| (name.into(), value)).collect(),
    }
}

fn number(partition: u32) -> i32 {
    i32::try_from(partition).unwrap_or(i32::MAX)
}

impl fmt::Debug for TopicSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopicSource").field("topic", &self.topic.name()).finish_non_exhaustive()
    }
}
