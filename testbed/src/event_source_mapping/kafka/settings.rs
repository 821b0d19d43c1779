//! The parameters of a mapping of Kafka, under the names and within the ranges that AWS gives them.

use std::time::Duration;

use super::super::batch::Retries;
use super::super::settings::{SettingsError, within};

/// <https://docs.aws.amazon.com/lambda/latest/dg/services-msk-parameters.html>, and what a testbed adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What the events say of the cluster.
    pub cluster: Cluster,
    /// Records per invocation at most, 1 to 10 000, of all partitions together.
    pub batch_size: usize,
    /// Pollers at most, 1 to 2 000. Each partition is read by one of them, so more than there are partitions change
    /// nothing.
    pub pollers: usize,
    /// What the mapping can do with a batch that failed.
    pub mode: Mode,
    /// After how many answers of a hundred the partitions are dealt anew, 0 to 100.
    pub deal_percent: u8,
    /// How many commits of a hundred are lost, 0 to 99: what they were about comes again when the partitions are next
    /// dealt.
    pub redelivery_percent: u8,
    /// Decides which poller gets which partition, what goes into a batch, and how events are written where AWS does not say
    /// how.
    pub seed: u64,
    /// The pause before a partition that had nothing new is read again.
    pub poll_interval: Duration,
}

/// The cluster, as the events name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cluster {
    /// `"eventSource":"aws:kafka"`.
    Msk {
        /// `arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/UUID`.
        arn: String,
        /// Comma-separated, as in `bootstrapServers`.
        bootstrap_servers: String,
    },
    /// `"eventSource":"SelfManagedKafka"`.
    SelfManaged {
        /// Comma-separated, as in `bootstrapServers`.
        bootstrap_servers: String,
    },
}

/// How pollers are provided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Mode {
    /// AWS's default. A batch that failed is tried again until it succeeds, and what the answer says is not looked at: one
    /// that reports failed items is a success.
    #[default]
    OnDemand,
    /// With a `ProvisionedPollerConfig`.
    Provisioned(Provisioned),
}

/// What can be set for provisioned pollers only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provisioned {
    /// How often a failed batch is tried again before it is discarded, 0 to 10 000; `None`, which AWS writes as -1, is for
    /// ever, or ten times where there is an on-failure destination.
    pub maximum_retry_attempts: Option<u32>,
    /// The age above which a record is discarded instead of handed to the function, 60 s to 7 days; `None`, which AWS
    /// writes as -1, is never. A record without a timestamp has no age.
    pub maximum_record_age: Option<Duration>,
    /// Whether a batch that failed as a whole is split in two. Splitting uses up no retries.
    pub bisect_batch_on_function_error: bool,
    /// Whether there is an on-failure destination. What would be sent there is in the report either way.
    pub has_on_failure_destination: bool,
    /// Whether `batchItemFailures` in the function's answer is looked at, and how it is understood.
    pub report_batch_item_failures: Option<Reading>,
}

/// What comes again after an answer that names failed items. AWS's page allows each of these: Lambda retries "just those
/// specific items", and it does not say whether newer records of their partitions wait meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Each partition that was named goes on at the lowest offset that was named of it, as a Kinesis shard does.
    Rewind,
    /// The named items come again, and nothing else. Newer records of their partitions wait for them.
    Items,
    /// The same, but newer records of their partitions may go first. No answer of a function can keep order then; only one
    /// that fails the invocation does.
    ItemsLater,
}

/// What AWS takes for ten where a destination is set and no number of attempts is.
const ATTEMPTS_WITH_DESTINATION: u32 = 10;

impl Default for Settings {
    /// What AWS takes for parameters that are left out, on a cluster of three brokers.
    fn default() -> Self {
        Self {
            cluster: Cluster::Msk {
                arn: "arn:aws:kafka:us-east-1:000000000000:cluster/flights/6cc0432b-8618-4f44-bccc-e1fbd8fb7c4d-2"
                    .into(),
                bootstrap_servers: "b-1.flights:9092,b-2.flights:9092,b-3.flights:9092".into(),
            },
            batch_size: 100,
            pollers: 1,
            mode: Mode::OnDemand,
            deal_percent: 10,
            redelivery_percent: 0,
            seed: 0,
            poll_interval: Duration::from_millis(5),
        }
    }
}

impl Settings {
    /// Refuses what AWS would refuse.
    ///
    /// # Errors
    /// The first parameter that is out of its range.
    pub fn validate(&self) -> Result<(), SettingsError> {
        within("BatchSize", self.batch_size, 1..=10_000)?;
        within("MaximumPollers", self.pollers, 1..=2_000)?;
        within("DealPercent", self.deal_percent, 0..=100)?;
        within("RedeliveryPercent", self.redelivery_percent, 0..=99)?;
        let Mode::Provisioned(provisioned) = &self.mode else { return Ok(()) };
        within("MaximumRetryAttempts", provisioned.maximum_retry_attempts.unwrap_or(0), 0..=10_000)?;
        let seconds = provisioned.maximum_record_age.map_or(60, |age| age.as_secs());
        within("MaximumRecordAgeInSeconds", seconds, 60..=604_800)
    }

    pub(super) fn retries(&self) -> Retries {
        let Mode::Provisioned(provisioned) = &self.mode else { return Retries::default() };
        let default = provisioned.has_on_failure_destination.then_some(ATTEMPTS_WITH_DESTINATION);
        Retries {
            maximum_retry_attempts: provisioned.maximum_retry_attempts.or(default),
            bisect_batch_on_function_error: provisioned.bisect_batch_on_function_error,
        }
    }

    /// How the items of an answer are understood; `None` if the answer is not looked at.
    pub(super) fn reading(&self) -> Option<Reading> {
        let Mode::Provisioned(provisioned) = &self.mode else { return None };
        provisioned.report_batch_item_failures
    }

    /// The timestamp below which a record is too old at this time; both in milliseconds since the Unix epoch.
    pub(super) fn oldest(&self, now: i64) -> Option<i64> {
        let Mode::Provisioned(provisioned) = &self.mode else { return None };
        let age = i64::try_from(provisioned.maximum_record_age?.as_millis()).ok()?;
        Some(now.saturating_sub(age))
    }

    /// How many records of a partition may wait in memory: more than a batch takes, so that it can be full whichever
    /// partitions it is of.
    pub(super) fn read_ahead(&self) -> usize {
        (2 * self.batch_size).max(1_000)
    }
}

#[cfg(test)]
mod tests;
