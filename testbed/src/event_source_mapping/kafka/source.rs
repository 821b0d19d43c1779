//! Where a mapping reads from: the partitions of one topic.

use std::error::Error;
use std::future::Future;

use super::record::Record;

/// A topic that can be read: a broker, or a [`PartitionLog`](super::PartitionLog) in memory.
///
/// The mapping calls [`fetch`](Self::fetch) for every partition, at most once at a time for each, and several partitions at
/// once. It has no consumer group: which poller owns which partition, and which offsets are committed, is in the mapping.
///
/// A call that fails is made again, up to fifty times in a row and about twenty seconds; then the mapping gives up with the
/// last error. Wait in the implementation only if the wait ends by itself.
pub trait Source: Send + Sync + 'static {
    /// Why a call failed.
    type Error: Error + Send + Sync + 'static;

    /// The topic's name, as it stands in the events. It never changes.
    fn topic(&self) -> &str;

    /// How many partitions the topic has now. They are numbered from 0, and may grow in number, but not shrink. The mapping
    /// asks at its start, and again every tenth poll interval.
    fn partitions(&self) -> impl Future<Output = Result<u32, Self::Error>> + Send;

    /// Reads a partition from `offset` on: up to `most` records, in ascending order of their offsets, none below `offset`.
    ///
    /// If there is nothing to read yet, the answer is an empty page, at once or after a wait of a second at most. Offsets
    /// may have gaps, and the log may begin above `offset`: the page then begins with the first record that is there.
    fn fetch(&self, partition: u32, offset: i64, most: usize)
    -> impl Future<Output = Result<Page, Self::Error>> + Send;
}

/// What one read of a partition brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The records, in the order of their offsets.
    pub records: Vec<Record>,
    /// Where the next read begins. It is above the last record's offset, and may move on without any record: control
    /// records of transactions take offsets, and so do records that were compacted away.
    pub next_offset: i64,
}
