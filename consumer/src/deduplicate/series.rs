//! What a producer counts.

use std::sync::Arc;

use kinetrace::ProducerId;

use crate::record::Record;

/// The records that one producer sent to one group of a stream. It counts them from 0 ([`Order`](kinetrace::Order)).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Series {
    /// The stream's name.
    pub stream: Arc<str>,
    /// The key, up to 256 characters. It may be personal data: think before you store it.
    pub partition_key: Arc<str>,
    /// Who counts. A producer that restarted, or forgot its counters, has another id.
    pub producer: ProducerId,
}

impl Series {
    /// The series of a record, and its number there; `None` of a record that nobody counted, or of no group.
    pub fn of(record: &Record) -> Option<(Self, u64)> {
        let (order, partition_key) = (record.order?, record.partition_key.clone()?);
        Some((Self { stream: Arc::clone(&record.stream), partition_key, producer: order.producer }, order.sequence))
    }
}
