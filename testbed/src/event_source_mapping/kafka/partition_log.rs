//! A topic in memory, without a broker: what a partition promises, and nothing more.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::record::Record;
use super::source::{Page, Source};

/// The partitions of one topic, each a list of records. Clones share it.
#[derive(Debug, Clone)]
pub struct PartitionLog {
    topic: Arc<str>,
    partitions: Arc<Mutex<Vec<Partition>>>,
}

#[derive(Debug, Clone, Default)]
struct Partition {
    records: Vec<Record>,
    next_offset: i64,
}

impl PartitionLog {
    /// A topic without records.
    pub fn new(topic: impl Into<Arc<str>>, partitions: u32) -> Self {
        let log = Self { topic: topic.into(), partitions: Arc::default() };
        log.grow(partitions);
        log
    }

    /// Appends a record to its partition, and returns the offset that it got: whatever offset it had is not looked at.
    /// `None` if the topic has no such partition; then nothing was appended.
    pub fn append(&self, mut record: Record) -> Option<i64> {
        let mut partitions = self.lock();
        let partition = partitions.get_mut(usize::try_from(record.partition).ok()?)?;
        record.offset = partition.next_offset;
        partition.next_offset += 1;
        partition.records.push(record);
        Some(partition.next_offset - 1)
    }

    /// Leaves out the next offset of a partition, as the marker at the end of a transaction does.
    pub fn skip_offset(&self, partition: u32) {
        let index = usize::try_from(partition).unwrap_or(usize::MAX);
        if let Some(partition) = self.lock().get_mut(index) {
            partition.next_offset += 1;
        }
    }

    /// Makes sure that the topic has so many partitions.
    pub fn grow(&self, partitions: u32) {
        let count = usize::try_from(partitions).unwrap_or(usize::MAX);
        let mut partitions = self.lock();
        let count = count.max(partitions.len());
        partitions.resize(count, Partition::default());
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Partition>> {
        self.partitions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source for PartitionLog {
    type Error = Infallible;

    fn topic(&self) -> &str {
        &self.topic
    }

    async fn partitions(&self) -> Result<u32, Infallible> {
        Ok(u32::try_from(self.lock().len()).unwrap_or(u32::MAX))
    }

    async fn fetch(&self, partition: u32, offset: i64, most: usize) -> Result<Page, Infallible> {
        let partitions = self.lock();
        let index = usize::try_from(partition).unwrap_or(usize::MAX);
        let Some(partition) = partitions.get(index) else {
            return Ok(Page { records: Vec::new(), next_offset: offset });
        };
        let begin = partition.records.partition_point(|record| record.offset < offset);
        let rest = &partition.records[begin..];
        let records = rest[..most.min(rest.len())].to_vec();
        let is_whole = records.len() == rest.len();
        let last = records.last().map(|record| record.offset + 1);
        let next_offset = if is_whole { Some(partition.next_offset) } else { last };
        Ok(Page { records, next_offset: next_offset.unwrap_or(offset).max(offset) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::TimestampType;
    use super::*;

    fn record(partition: u32) -> Record {
        let (timestamp_type, offset, timestamp) = (TimestampType::default(), 99, 0);
        Record { partition, offset, timestamp, timestamp_type, key: None, value: None, headers: Vec::new() }
    }

    async fn offsets(log: &PartitionLog, partition: u32, offset: i64, most: usize) -> (Vec<i64>, i64) {
        let page = log.fetch(partition, offset, most).await.unwrap();
        (page.records.iter().map(|record| record.offset).collect(), page.next_offset)
    }

    #[tokio::test]
    async fn reads_go_on_where_they_ended_across_offsets_that_were_left_out() {
        let log = PartitionLog::new("flights", 1);
        assert_eq!(log.append(record(0)), Some(0));
        log.skip_offset(0);
        assert_eq!([(); 2].map(|()| log.append(record(0))), [Some(2), Some(3)]);
        log.skip_offset(0);
        let table = [
            ((0, 9), (vec![0, 2, 3], 5)),
            ((0, 1), (vec![0], 1)),
            ((1, 1), (vec![2], 3)),
            ((4, 9), (vec![], 5)),
            ((5, 9), (vec![], 5)),
        ];
        for ((offset, most), expected) in table {
            assert_eq!(offsets(&log, 0, offset, most).await, expected, "{most} from {offset} on");
        }
    }

    #[tokio::test]
    async fn a_topic_grows_and_a_partition_that_is_not_there_takes_and_gives_nothing() {
        let log = PartitionLog::new("flights", 1);
        assert_eq!(log.append(record(1)), None);
        assert_eq!(offsets(&log, 1, 0, 9).await, (vec![], 0));
        log.grow(2);
        log.grow(1);
        assert_eq!(log.partitions().await, Ok(2));
        assert_eq!(log.append(record(1)), Some(0));
    }
}
