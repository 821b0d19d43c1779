//! The event source mapping of Amazon MSK and self-managed Kafka: what AWS does between a topic and a Lambda function.

mod partition_log;
mod record;
mod source;

pub use partition_log::PartitionLog;
pub use record::{Record, TimestampType};
pub use source::{Page, Source};
