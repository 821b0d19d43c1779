//! What is left of an entry that is not a record.

use std::sync::Arc;

/// An entry that is not a record: its value, its partition or its offset cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("record {index} of {partition_name} in the event cannot be read: {reason}")]
pub struct RecordError {
    /// Its place among the records of its partition in the event, from 0.
    pub index: usize,
    /// The event's own name of the partition, such as `flights-0`.
    pub partition_name: Arc<str>,
    /// Its topic, if that can be read.
    pub topic: Option<Arc<str>>,
    /// Its partition's number, if that can be read.
    pub partition: Option<i32>,
    /// Its offset, if at least that can be read: without offset and partition Lambda cannot be told which record failed.
    pub offset: Option<i64>,
    /// Its key as [`Record::partition_key`](crate::Record::partition_key) would have it, if that can be read.
    pub partition_key: Option<Arc<str>>,
    /// What is wrong with it.
    pub reason: String,
}

impl RecordError {
    /// Whether an answer can name it.
    pub(crate) fn is_named(&self) -> bool {
        self.offset.is_some() && self.partition.is_some()
    }
}
