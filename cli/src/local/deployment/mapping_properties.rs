//! The properties of a mapping under AWS's names, each as far as it is given.

use std::time::Duration;

use kinetrace::history::Timestamp;
use kinetrace_testbed::event_source_mapping::{FilterError, Filters, SettingsError, StartingPosition};

use super::{MappingPlan, OnFailure};

/// What a template or flags say about a mapping. `None` is what is left out, for which AWS has a default.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html>
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct MappingProperties {
    pub(crate) batch_size: Option<u32>,
    /// Seconds.
    pub(crate) maximum_batching_window: Option<u32>,
    pub(crate) parallelization_factor: Option<u32>,
    /// -1 is for ever.
    pub(crate) maximum_retry_attempts: Option<i64>,
    /// Seconds; -1 is without a limit.
    pub(crate) maximum_record_age: Option<i64>,
    pub(crate) bisect_batch_on_function_error: Option<bool>,
    /// Whether `FunctionResponseTypes` has `ReportBatchItemFailures`.
    pub(crate) report_batch_item_failures: Option<bool>,
    /// Seconds; 0 is none.
    pub(crate) tumbling_window: Option<u32>,
    pub(crate) starting_position: Option<StartAt>,
    /// Patterns of `FilterCriteria`.
    pub(crate) filters: Option<Vec<String>>,
    pub(crate) on_failure: Option<OnFailure>,
    pub(crate) enabled: Option<bool>,
    /// Whether it reads with a consumer of enhanced fan-out.
    pub(crate) enhanced_fan_out: Option<bool>,
    /// Milliseconds between two reads of a shard. It is not a property of AWS, where it is a second.
    pub(crate) poll_interval: Option<u32>,
}

/// `StartingPosition`, with its timestamp.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum StartAt {
    TrimHorizon,
    Latest,
    /// Seconds since the Unix epoch.
    Timestamp(f64),
}

/// Properties that AWS would refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PropertiesError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("FilterCriteria of the event source mapping")]
    Filters(#[source] FilterError),
    #[error("{property} of the event source mapping is {value}; give it {wanted}")]
    Other { property: &'static str, value: String, wanted: &'static str },
}

impl MappingProperties {
    /// Gives a mapping what these say, and leaves the rest of it as it is.
    ///
    /// # Errors
    /// The first property that AWS would refuse.
    pub(crate) fn apply(&self, plan: &mut MappingPlan) -> Result<(), PropertiesError> {
        let settings = &mut plan.settings;
        set(&mut settings.batch_size, self.batch_size.map(size));
        set(&mut settings.parallelization_factor, self.parallelization_factor.map(size));
        set(&mut settings.maximum_batching_window, self.maximum_batching_window.map(seconds));
        set(
            &mut settings.tumbling_window,
            self.tumbling_window.map(|window| Some(seconds(window)).filter(|it| !it.is_zero())),
        );
        let attempts = self.maximum_retry_attempts.map(|value| unlimited("MaximumRetryAttempts", value));
        set(&mut settings.maximum_retry_attempts, attempts.transpose()?);
        let age = self.maximum_record_age.map(|value| unlimited("MaximumRecordAgeInSeconds", value));
        set(&mut settings.maximum_record_age, age.transpose()?.map(|age| age.map(seconds)));
        set(&mut settings.bisect_batch_on_function_error, self.bisect_batch_on_function_error);
        set(&mut settings.report_batch_item_failures, self.report_batch_item_failures);
        set(&mut settings.starting_position, self.starting_position.map(StartAt::position).transpose()?);
        let filters = self.filters.as_deref().map(Filters::new).transpose().map_err(PropertiesError::Filters)?;
        set(&mut settings.filters, filters);
        set(&mut settings.enhanced_fan_out, self.enhanced_fan_out);
        set(&mut settings.poll_interval, self.poll_interval.map(|it| Duration::from_millis(it.into())));
        set(&mut plan.enabled, self.enabled);
        set(&mut plan.on_failure, self.on_failure.map(Some));
        Ok(plan.settings.validate()?)
    }
}

impl StartAt {
    fn position(self) -> Result<StartingPosition, PropertiesError> {
        Ok(match self {
            Self::TrimHorizon => StartingPosition::TrimHorizon,
            Self::Latest => StartingPosition::Latest,
            Self::Timestamp(seconds) => {
                let since = Duration::try_from_secs_f64(seconds).map_err(|_| PropertiesError::Other {
                    property: "StartingPositionTimestamp",
                    value: seconds.to_string(),
                    wanted: "seconds since the Unix epoch",
                })?;
                StartingPosition::AtTimestamp(Timestamp(u64::try_from(since.as_micros()).unwrap_or(u64::MAX)))
            }
        })
    }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn size(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

fn seconds(value: u32) -> Duration {
    Duration::from_secs(value.into())
}

/// A number of which -1 says that there is no limit.
fn unlimited(property: &'static str, value: i64) -> Result<Option<u32>, PropertiesError> {
    if value == -1 {
        return Ok(None);
    }
    let wrong = |_| PropertiesError::Other { property, value: value.to_string(), wanted: "-1, or 0 or more" };
    u32::try_from(value).map(Some).map_err(wrong)
}
