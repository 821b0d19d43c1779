//! The settings of a mapping under AWS's names.

use kinetrace_testbed::event_source_mapping::{Settings, StartingPosition};
use serde_json::{Map, Value, json};

/// Those that AWS has. Where AWS writes -1 for what has no limit, so does this.
pub(super) fn settings(settings: &Settings) -> Value {
    let types: &[&str] = if settings.report_batch_item_failures { &["ReportBatchItemFailures"] } else { &[] };
    let position = match settings.starting_position {
        StartingPosition::TrimHorizon => "TRIM_HORIZON",
        StartingPosition::Latest => "LATEST",
        StartingPosition::AtTimestamp(_) => "AT_TIMESTAMP",
    };
    let mut document = Map::new();
    let mut set = |name: &str, value: Value| drop(document.insert(name.to_owned(), value));
    set("BatchSize", settings.batch_size.into());
    set("ParallelizationFactor", settings.parallelization_factor.into());
    set("MaximumRetryAttempts", settings.maximum_retry_attempts.map_or(json!(-1), Value::from));
    set("MaximumRecordAgeInSeconds", settings.maximum_record_age.map_or(json!(-1), |age| age.as_secs().into()));
    set("BisectBatchOnFunctionError", settings.bisect_batch_on_function_error.into());
    set("FunctionResponseTypes", json!(types));
    set("MaximumBatchingWindowInSeconds", settings.maximum_batching_window.as_secs().into());
    set("TumblingWindowInSeconds", settings.tumbling_window.map_or(json!(0), |window| window.as_secs().into()));
    set("StartingPosition", position.into());
    if let StartingPosition::AtTimestamp(at) = settings.starting_position {
        set("StartingPositionTimestamp", (at.0 / 1_000_000).into());
    }
    let filters = settings.filters.patterns();
    if !filters.is_empty() {
        let filters: Vec<_> = filters.iter().map(|pattern| json!({"Pattern": pattern})).collect();
        set("FilterCriteria", json!({"Filters": filters}));
    }
    set("EnhancedFanOut", settings.enhanced_fan_out.into());
    document.into()
}
