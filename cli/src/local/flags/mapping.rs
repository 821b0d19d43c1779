//! Flags about mappings: every property under AWS's own name.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::super::deployment::OnFailure;
use super::super::deployment::mapping_properties::{MappingProperties, StartAt};
use super::flag_error::FlagError;

/// The properties of `AWS::Lambda::EventSourceMapping`. What is left out is as AWS has it, or as the template says.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(super) struct MappingFlags {
    /// Records per invocation at most, 1 to 10000 [default: 100]
    #[arg(long, value_name = "N", help_heading = "Mapping")]
    batch_size: Option<u32>,
    /// How long a batch that is not full waits for further records, 0 to 300 [default: 0]
    #[arg(long, value_name = "SECONDS", help_heading = "Mapping")]
    maximum_batching_window_in_seconds: Option<u32>,
    /// Batches of one shard that run at once, divided by partition key, 1 to 10 [default: 1]
    #[arg(long, value_name = "N", help_heading = "Mapping")]
    parallelization_factor: Option<u32>,
    /// Retries of a failed batch before it is discarded, 0 to 10000; -1: for ever [default: -1]
    #[arg(long, value_name = "N", allow_negative_numbers = true, help_heading = "Mapping")]
    maximum_retry_attempts: Option<i64>,
    /// Age from which records are discarded, 60 to 604800; -1: none [default: -1]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, help_heading = "Mapping")]
    maximum_record_age_in_seconds: Option<i64>,
    /// Whether a batch that fails is halved [default: false; without a value: true]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = "Mapping")]
    bisect_batch_on_function_error: Option<bool>,
    /// Whether the failures that the function reports are looked at [default: false; without a value: true]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = "Mapping")]
    report_batch_item_failures: Option<bool>,
    /// The same as --report-batch-item-failures, in AWS's words
    #[arg(
        long,
        value_name = "ReportBatchItemFailures",
        conflicts_with = "report_batch_item_failures",
        help_heading = "Mapping"
    )]
    function_response_types: Option<ResponseType>,
    /// The length of tumbling windows, 1 to 900; 0: none [default: 0]
    #[arg(long, value_name = "SECONDS", help_heading = "Mapping")]
    tumbling_window_in_seconds: Option<u32>,
    /// Where the mapping begins [default: TRIM_HORIZON]
    #[arg(long, value_name = "POSITION", ignore_case = true, help_heading = "Mapping")]
    starting_position: Option<Position>,
    /// Where AT_TIMESTAMP is, in seconds since the Unix epoch
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, help_heading = "Mapping")]
    starting_position_timestamp: Option<f64>,
    /// A pattern such as '{"data":{"carrier":["UA"]}}'; with several, records have to match one of them
    #[arg(long, value_name = "PATTERN", help_heading = "Mapping")]
    filter: Vec<String>,
    /// Keep discarded batches in this folder
    #[arg(long, value_name = "DIR", help_heading = "Mapping")]
    on_failure_folder: Option<PathBuf>,
    /// In whose shape discarded batches are kept: s3, with their records, or sqs, without [default: s3]
    #[arg(long, value_name = "SHAPE", help_heading = "Mapping")]
    on_failure_shape: Option<Shape>,
    /// Read with a consumer of enhanced fan-out [default: false; without a value: true]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = "Mapping")]
    enhanced_fan_out: Option<bool>,
    /// Read a shard that had nothing new again after so many milliseconds, 1 to 60000; AWS reads once a second [default: 1000]
    ///
    /// A shorter pause is for tests that are not to wait. With enhanced fan-out, records come after 50 milliseconds at most.
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u32).range(1..=60_000), help_heading = "Mapping")]
    poll_interval_ms: Option<u32>,
    /// Whether mappings read [default: true]
    #[arg(long, value_name = "BOOL", help_heading = "Mapping")]
    enabled: Option<bool>,
}

/// `FunctionResponseTypes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ResponseType {
    #[value(name = "ReportBatchItemFailures")]
    ReportBatchItemFailures,
}

/// `StartingPosition`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Position {
    #[value(name = "TRIM_HORIZON")]
    TrimHorizon,
    #[value(name = "LATEST")]
    Latest,
    #[value(name = "AT_TIMESTAMP")]
    AtTimestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    S3,
    Sqs,
}

impl MappingFlags {
    pub(super) fn on_failure_folder(&self) -> Option<&Path> {
        self.on_failure_folder.as_deref()
    }

    /// What the flags say.
    pub(super) fn properties(&self) -> Result<MappingProperties, FlagError> {
        let reports = self.function_response_types.map(|_| true).or(self.report_batch_item_failures);
        Ok(MappingProperties {
            batch_size: self.batch_size,
            maximum_batching_window: self.maximum_batching_window_in_seconds,
            parallelization_factor: self.parallelization_factor,
            maximum_retry_attempts: self.maximum_retry_attempts,
            maximum_record_age: self.maximum_record_age_in_seconds,
            bisect_batch_on_function_error: self.bisect_batch_on_function_error,
            report_batch_item_failures: reports,
            tumbling_window: self.tumbling_window_in_seconds,
            starting_position: self.starting_position()?,
            filters: Some(self.filter.clone()).filter(|filters| !filters.is_empty()),
            on_failure: self.on_failure(),
            enabled: self.enabled,
            enhanced_fan_out: self.enhanced_fan_out,
            poll_interval: self.poll_interval_ms,
        })
    }

    fn starting_position(&self) -> Result<Option<StartAt>, FlagError> {
        match (self.starting_position, self.starting_position_timestamp) {
            (Some(Position::AtTimestamp) | None, Some(timestamp)) => Ok(Some(StartAt::Timestamp(timestamp))),
            (Some(Position::AtTimestamp), None) => Err(FlagError::value(
                "--starting-position",
                "AT_TIMESTAMP",
                "say when with --starting-position-timestamp",
            )),
            (Some(_), Some(timestamp)) => Err(FlagError::value(
                "--starting-position-timestamp",
                &timestamp.to_string(),
                "it is for --starting-position AT_TIMESTAMP",
            )),
            (Some(Position::TrimHorizon), None) => Ok(Some(StartAt::TrimHorizon)),
            (Some(Position::Latest), None) => Ok(Some(StartAt::Latest)),
            (None, None) => Ok(None),
        }
    }

    fn on_failure(&self) -> Option<OnFailure> {
        match (self.on_failure_shape, &self.on_failure_folder) {
            (Some(Shape::Sqs), _) => Some(OnFailure::Queue),
            (Some(Shape::S3), _) => Some(OnFailure::Bucket),
            // A template may say in which shape: a folder alone leaves it.
            (None, Some(_)) | (None, None) => None,
        }
    }
}
