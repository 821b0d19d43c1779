//! The parameters of an event source mapping, under the names and within the ranges that AWS gives them.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::batch::Retries;

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

    /// Refuses what AWS would refuse.
    ///
    /// # Errors
    /// The first parameter that is out of its range.
    pub fn validate(&self) -> Result<(), SettingsError> {
        within("BatchSize", self.batch_size, 1..=10_000)?;
        within("ParallelizationFactor", self.parallelization_factor, 1..=10)?;
        within("MaximumRetryAttempts", self.maximum_retry_attempts.unwrap_or(0), 0..=10_000)?;
        within("RedeliveryPercent", self.redelivery_percent, 0..=99)
    }

    pub(super) fn retries(&self) -> Retries {
        let Self { maximum_retry_attempts, bisect_batch_on_function_error, .. } = *self;
        Retries { maximum_retry_attempts, bisect_batch_on_function_error }
    }

    /// How many records of a shard may wait in memory: bounded, yet enough for a choice among many keys.
    pub(super) fn read_ahead(&self) -> usize {
        (4 * self.parallelization_factor * self.batch_size).max(2_000)
    }
}

pub(super) fn within<T: Copy + Display + PartialOrd>(
    parameter: &'static str,
    value: T,
    range: RangeInclusive<T>,
) -> Result<(), SettingsError> {
    if range.contains(&value) {
        return Ok(());
    }
    let (value, first, last) = (value.to_string(), range.start().to_string(), range.end().to_string());
    Err(SettingsError { parameter, value, first, last })
}

/// A parameter of the mapping that AWS would refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter} of the event source mapping is {value}; give it a value from {first} to {last}")]
pub struct SettingsError {
    parameter: &'static str,
    value: String,
    first: String,
    last: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_settings_are_those_of_the_template() {
        let template = include_str!("../../../template.yaml");
        let default = |parameter: &str| {
            let lines = template.lines().skip_while(|line| *line != format!("  {parameter}:"));
            let default = lines.skip(1).take_while(|line| line.starts_with("    "));
            let default = default.into_iter().find_map(|line| line.trim().strip_prefix("Default: "));
            default.unwrap_or_else(|| panic!("no default of {parameter}")).trim_matches('"').to_owned()
        };
        let settings = Settings::of_template();
        assert_eq!(default("BatchSize"), settings.batch_size.to_string());
        assert_eq!(default("ParallelizationFactor"), settings.parallelization_factor.to_string());
        assert_eq!(default("MaximumRetryAttempts"), settings.maximum_retry_attempts.unwrap().to_string());
        assert_eq!(default("BisectBatch"), settings.bisect_batch_on_function_error.to_string());
        assert_eq!(template.contains("        - ReportBatchItemFailures\n"), settings.report_batch_item_failures);
    }

    #[test]
    fn what_aws_would_refuse_is_refused_by_name_and_range() {
        let ok = Settings::default();
        let table = [
            (ok.clone(), None),
            (Settings { batch_size: 0, ..ok.clone() }, Some("BatchSize")),
            (Settings { batch_size: 10_001, ..ok.clone() }, Some("BatchSize")),
            (Settings { parallelization_factor: 0, ..ok.clone() }, Some("ParallelizationFactor")),
            (Settings { parallelization_factor: 11, ..ok.clone() }, Some("ParallelizationFactor")),
            (Settings { maximum_retry_attempts: Some(10_001), ..ok.clone() }, Some("MaximumRetryAttempts")),
            (Settings { redelivery_percent: 100, ..ok }, Some("RedeliveryPercent")),
        ];
        for (settings, refused) in table {
            assert_eq!(settings.validate().err().map(|error| error.parameter), refused, "{settings:?}");
        }
        let error = Settings { parallelization_factor: 11, ..Settings::default() }.validate().unwrap_err();
        assert_eq!(
            error.to_string(),
            "ParallelizationFactor of the event source mapping is 11; give it a value from 1 to 10"
        );
    }
}
