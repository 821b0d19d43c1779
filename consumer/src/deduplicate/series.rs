//! What is counted.

use std::sync::Arc;

use kinetrace::ProducerId;

use super::checksum::Checksum;
use crate::origin::{KafkaOrigin, Origin};
use crate::record::Record;

/// Records with numbers that ascend, and by which a copy of one is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Series {
    /// The records that one producer sent to one group of a stream or topic. It counts them from 0
    /// ([`Order`](kinetrace::Order)).
    #[non_exhaustive]
    Producer {
        /// The stream's name, or the topic's.
        stream: Arc<str>,
        /// The key, of Kinesis up to 256 characters; a key of Kafka that is not UTF-8 is `base64:` and its bytes in base64. It
        /// may be personal data: think before you store it.
        partition_key: Arc<str>,
        /// Who counts. A producer that restarted, or forgot its counters, has another id.
        producer: ProducerId,
    },
    /// The records of a partition of Kafka that no producer counted. Their offsets are their numbers.
    #[non_exhaustive]
    Partition {
        /// The ARN of the topic's cluster, where the event names one.
        cluster_arn: Option<Arc<str>>,
        /// The topic's name.
        topic: Arc<str>,
        /// The partition's number.
        partition: i32,
    },
}

impl Series {
    /// The series of a record, and its number there; `None` of a record of Kinesis that nobody counted, or of no group.
    ///
    /// A producer's count is the same in all copies of a record, and an offset only in those that Lambda or a rewound
    /// consumer makes. So the count comes first.
    pub fn of(record: &Record) -> Option<(Self, u64)> {
        if let Some((order, partition_key)) = record.order.zip(record.key_text()) {
            let stream = Arc::clone(&record.stream);
            return Some((Self::Producer { stream, partition_key, producer: order.producer }, order.sequence));
        }
        let Some(Origin::Kafka(KafkaOrigin { cluster_arn, partition, offset, .. })) = &record.origin else {
            return None;
        };
        let (cluster_arn, topic) = (cluster_arn.clone(), Arc::clone(&record.stream));
        Some((Self::Partition { cluster_arn, topic, partition: *partition }, u64::try_from(*offset).ok()?))
    }

    /// The name of the stream or of the topic.
    pub fn stream(&self) -> &Arc<str> {
        match self {
            Self::Producer { stream, .. } => stream,
            Self::Partition { topic, .. } => topic,
        }
    }

    /// Who counts, if a producer does.
    pub fn producer(&self) -> Option<ProducerId> {
        match self {
            Self::Producer { producer, .. } => Some(*producer),
            Self::Partition { .. } => None,
        }
    }

    /// By what a record of this series is known from another one of its number.
    pub(super) fn checksum(&self, record: &Record) -> Checksum {
        match self {
            Self::Producer { .. } => Checksum::of(record),
            // A topic that was made anew may have equal records under the same offsets, and their timestamps are others.
            Self::Partition { .. } => Checksum::with_timestamp(record),
        }
    }
}
