//! The event source mapping of Amazon MSK and self-managed Kafka: what AWS does between a topic and a Lambda function.
//!
//! ```text
//! source ─▶ reader ─▶ partitions ─▶ batch ─▶ event ─▶ (function) ─▶ batch_response ─▶ partitions
//!                       └ queue                └ dialect                                └▶ discard
//! ```
//!
//! A [`Source`] is read without a consumer group: pollers, the partitions that they own, and what is committed are all in
//! `partitions`. In memory that source is a [`PartitionLog`]; with the feature
//! `kafka`, a topic of any broker is one.
//!
//! Left out, because nothing here depends on it: the batching window, filters, schema registries, `StartingPosition`.

use std::sync::Arc;

use tokio::sync::watch;

use super::invoke::Invoke;
use super::progress::Progress;
use super::redelivery::Redeliveries;
use super::settings::SettingsError;

mod batch_response;
mod busy;
mod dialect;
mod discard;
mod event;
mod partition_log;
mod partitions;
mod queue;
mod reader;
mod record;
mod retry;
mod settings;
mod source;
#[cfg(test)]
mod tests;
mod topic;

pub use discard::{Condition, Discard};
pub use partition_log::PartitionLog;
pub use record::{Record, TimestampType};
pub use settings::{Cluster, Mode, Provisioned, Reading, Settings};
pub use source::{Page, Source};

use topic::Topic;

/// A running mapping of a topic. Its records are named by the partition, in decimal, and the offset.
pub type EventSourceMapping = super::EventSourceMapping<Discard>;

/// What a mapping of a topic did in its life.
pub type Report = super::Report<Discard>;

/// Begins to read the topic from its first record on and to invoke the function, on the current tokio runtime.
///
/// # Errors
/// A parameter that AWS would refuse.
pub fn start<S: Source, I: Invoke>(
    source: Arc<S>,
    settings: Settings,
    invoker: Arc<I>,
) -> Result<EventSourceMapping, SettingsError> {
    settings.validate()?;
    let (sender, progress) = watch::channel(Progress::default());
    let topic = Topic { source, settings, invoker, progress: sender };
    Ok(EventSourceMapping::spawn(progress, Redeliveries::default(), |stopped| topic.run(stopped)))
}
