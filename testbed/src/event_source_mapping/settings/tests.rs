//! Which settings a mapping may have.

use super::*;

#[test]
fn the_templates_settings_are_those_of_the_template() {
    let template = include_str!("../../../../template.yaml");
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
    let (ok, seconds, at) = (Settings::default(), Duration::from_secs, StartingPosition::AtTimestamp);
    let table = [
        (ok.clone(), None),
        (Settings { batch_size: 0, ..ok.clone() }, Some("BatchSize")),
        (Settings { batch_size: 10_001, ..ok.clone() }, Some("BatchSize")),
        (Settings { parallelization_factor: 0, ..ok.clone() }, Some("ParallelizationFactor")),
        (Settings { parallelization_factor: 11, ..ok.clone() }, Some("ParallelizationFactor")),
        (Settings { maximum_retry_attempts: Some(10_001), ..ok.clone() }, Some("MaximumRetryAttempts")),
        (Settings { maximum_batching_window: seconds(300), ..ok.clone() }, None),
        (Settings { maximum_batching_window: seconds(301), ..ok.clone() }, Some("MaximumBatchingWindowInSeconds")),
        (Settings { tumbling_window: Some(seconds(0)), ..ok.clone() }, None),
        (Settings { tumbling_window: Some(seconds(900)), ..ok.clone() }, None),
        (Settings { tumbling_window: Some(seconds(901)), ..ok.clone() }, Some("TumblingWindowInSeconds")),
        (Settings { maximum_record_age: Some(seconds(59)), ..ok.clone() }, Some("MaximumRecordAgeInSeconds")),
        (Settings { maximum_record_age: Some(seconds(60)), ..ok.clone() }, None),
        (Settings { maximum_record_age: Some(seconds(604_800)), ..ok.clone() }, None),
        (Settings { maximum_record_age: Some(seconds(604_801)), ..ok.clone() }, Some("MaximumRecordAgeInSeconds")),
        (Settings { starting_position: at(Timestamp::now()), ..ok.clone() }, None),
        (Settings { starting_position: at(Timestamp(u64::MAX)), ..ok.clone() }, Some("StartingPositionTimestamp")),
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
