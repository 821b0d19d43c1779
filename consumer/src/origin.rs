//! What the stream has of a record, and where.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

/// For those who put the record again, and for those who tell it from others. Its parts are shared with the event and its
/// records.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Kinesis {
        stream_arn: Option<Arc<str>>,
        /// The data of the Kinesis record: of an aggregate, all of it.
        data: Bytes,
    },
    Kafka(KafkaOrigin),
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct KafkaOrigin {
    pub(crate) cluster_arn: Option<Arc<str>>,
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    /// As the topic has it; `None` of a tombstone.
    pub(crate) value: Option<Bytes>,
}

impl Origin {
    /// The ARN of the stream or, of Kafka, of the cluster.
    pub(crate) fn source_arn(&self) -> Option<&Arc<str>> {
        match self {
            Self::Kinesis { stream_arn: arn, .. } | Self::Kafka(KafkaOrigin { cluster_arn: arn, .. }) => arn.as_ref(),
        }
    }
}

/// Without the data: a record that is printed shows its payload already.
impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Kinesis { .. } => "Kinesis",
            Self::Kafka(_) => "Kafka",
        };
        f.debug_struct(name).field("source_arn", &self.source_arn()).finish_non_exhaustive()
    }
}
