//! What keeps a mapping from going on.

use std::sync::Arc;

use kinetrace::SequenceNumber;

use super::settings::SettingsError;

/// Why a mapping did not start, or does not get any further.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A parameter is out of its range.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A call to Kinesis failed again and again.
    #[error("{operation} on {subject} failed {failures} times in a row; is the stream still there?")]
    Kinesis {
        /// The API call.
        operation: &'static str,
        /// The stream or shard it was about.
        subject: String,
        /// How often it was tried.
        failures: u32,
        /// What the last attempt said.
        source: Arc<aws_sdk_kinesis::Error>,
    },
    /// A call to a Kafka broker failed again and again.
    #[error("{operation} on {subject} failed {failures} times in a row; is the broker still there?")]
    Kafka {
        /// What was asked for: the records of a partition, or how many partitions there are.
        operation: &'static str,
        /// The topic or partition it was about.
        subject: String,
        /// How often it was tried.
        failures: u32,
        /// What the last attempt said.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// A record was acknowledged that reads do not give.
    #[error("reads pass over {shard}:{sequence_number}, which was acknowledged: does what they read lose records?")]
    Skipped {
        /// The record's shard.
        shard: String,
        /// Its number.
        sequence_number: SequenceNumber,
    },
    /// The task of a shard panicked, which means that the invoker did.
    #[error("a task of the event source mapping ended early; look for the panic in the log")]
    Task(#[source] Arc<tokio::task::JoinError>),
    /// Records are waited for that nobody will process any more.
    #[error(
        "the event source mapping ended before {missing} records were settled, among them {shard}:{sequence_number}"
    )]
    Stopped {
        /// The shard of one such record.
        shard: String,
        /// Its number.
        sequence_number: SequenceNumber,
        /// How many there are.
        missing: usize,
    },
}
