//! The parameters of an event source mapping, under the names and within the ranges that AWS gives them.

use std::time::Duration;

use kinetrace::history::Timestamp;

use super::batch::Retries;
use super::filters::Filters;
use super::invoke::PAYLOAD_LIMIT;
use super::starting_position::StartingPosition;

mod refusal;

pub use refusal::SettingsError;
pub(super) use refusal::within;

/// <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html>, and what a testbed adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Records per invocation at most, 1 to 10 000.
    pub batch_size: usize,
    /// Invocations at once per shard at most, 1 to 10.
    pub parallelization_factor: usize,
    /// How often a failed batch is tried again before it is discarded, 0 to 10 000; `None`, which AWS writes as -1, is
    /// for ever.
    pub maximum_retry_attempts: Option<u32>,
    /// Whether a batch that failed as a whole is split in two. Splitting uses up no retries.
    pub bisect_batch_on_function_error: bool,
    /// Whether `batchItemFailures` in the function's answer is looked at. If not, it is ignored, as AWS does.
    pub report_batch_item_failures: bool,
    /// How long records are gathered before an invocation at most: up to 300 seconds. It begins at once when there are
    /// `batch_size` records, or as many as an event may hold.
    pub maximum_batching_window: Duration,
    /// How long a window is whose state goes from invocation to invocation: up to 900 seconds. `None` and 0 are without.
    pub tumbling_window: Option<Duration>,
    /// Which records the function gets.
    pub filters: Filters,
    /// Records that are older are discarded, whether they were tried or not: 60 seconds to seven days; `None`, which AWS writes
    /// as -1, is for ever.
    pub maximum_record_age: Option<Duration>,
    /// Which record the mapping begins with.
    pub starting_position: StartingPosition,
    /// Whether records are pushed to the mapping, as to a stream consumer of its own, instead of being read once in
    /// `poll_interval`.
    pub enhanced_fan_out: bool,
    /// How many batches of a hundred are delivered again although they succeeded, 0 to 99: AWS promises at least once,
    /// not exactly once.
    pub redelivery_percent: u8,
    /// Decides which of several idle partition keys goes next.
    pub seed: u64,
    /// The pause before a shard that had nothing new is read again. AWS reads once a second.
    pub poll_interval: Duration,
}

impl Default for Settings {
    /// What AWS takes for parameters that are left out.
    fn default() -> Self {
        Self {
            batch_size: 100,
            parallelization_factor: 1,
            maximum_retry_attempts: None,
            bisect_batch_on_function_error: false,
            report_batch_item_failures: false,
            maximum_batching_window: Duration::ZERO,
            tumbling_window: None,
            filters: Filters::default(),
            maximum_record_age: None,
            starting_position: StartingPosition::TrimHorizon,
            enhanced_fan_out: false,
            redelivery_percent: 0,
            seed: 0,
            poll_interval: Duration::from_millis(5),
        }
    }
}

impl Settings {
    /// What `template.yaml` sets, unless it is told otherwise.
    pub fn of_template() -> Self {
        Self {
            batch_size: 1,
            parallelization_factor: 1,
            maximum_retry_attempts: Some(10),
            bisect_batch_on_function_error: true,
            report_batch_item_failures: true,
            ..Self::default()
        }
    }

    /// Refuses what AWS would refuse, as
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html> has it.
    ///
    /// # Errors
    /// The first parameter that is out of its range.
    pub fn validate(&self) -> Result<(), SettingsError> {
        let seconds = |duration: Option<Duration>, default| duration.map_or(default, |it| it.as_secs_f64());
        within("BatchSize", self.batch_size, 1..=10_000)?;
        within("ParallelizationFactor", self.parallelization_factor, 1..=10)?;
        within("MaximumRetryAttempts", self.maximum_retry_attempts.unwrap_or(0), 0..=10_000)?;
        within("MaximumBatchingWindowInSeconds", self.maximum_batching_window.as_secs_f64(), 0.0..=300.0)?;
        within("TumblingWindowInSeconds", seconds(self.tumbling_window, 0.0), 0.0..=900.0)?;
        within("MaximumRecordAgeInSeconds", seconds(self.maximum_record_age, 60.0), 60.0..=604_800.0)?;
        if let StartingPosition::AtTimestamp(at) = self.starting_position {
            within("StartingPositionTimestamp", at.0 / 1_000_000, 0..=Timestamp::now().0 / 1_000_000)?;
        }
        within("RedeliveryPercent", self.redelivery_percent, 0..=99)
    }

    /// The tumbling window, if there is one.
    pub(super) fn window(&self) -> Option<Duration> {
        self.tumbling_window.filter(|window| !window.is_zero())
    }

    pub(super) fn retries(&self) -> Retries {
        let Self { maximum_retry_attempts, bisect_batch_on_function_error, .. } = *self;
        Retries { maximum_retry_attempts, bisect_batch_on_function_error }
    }

    /// How many invocations a shard has at once at most. With a tumbling window each needs the state that the one before left.
    pub(super) fn batches_at_once(&self) -> usize {
        if self.window().is_some() { 1 } else { self.parallelization_factor }
    }

    /// How many records of a shard may wait in memory: bounded, yet enough for a choice among many keys.
    pub(super) fn read_ahead(&self) -> usize {
        (4 * self.parallelization_factor * self.batch_size).max(2_000)
    }

    /// How many bytes of data of a shard may wait in memory before it is not read for now: twice what the events of all batches
    /// at once may hold.
    pub(super) fn read_ahead_bytes(&self) -> usize {
        (2 * self.parallelization_factor * PAYLOAD_LIMIT).max(16 * 1024 * 1024)
    }
}

#[cfg(test)]
mod tests;
