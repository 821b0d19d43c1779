//! What is refused, and what the modes mean.

use super::*;

fn provisioned(provisioned: Provisioned) -> Settings {
    Settings { mode: Mode::Provisioned(provisioned), ..Settings::default() }
}

fn aged(seconds: u64) -> Settings {
    provisioned(Provisioned { maximum_record_age: Some(Duration::from_secs(seconds)), ..Provisioned::default() })
}

#[test]
fn what_aws_would_refuse_is_refused_by_name() {
    let ok = Settings::default();
    let retries = Provisioned { maximum_retry_attempts: Some(10_001), ..Provisioned::default() };
    let table = [
        (ok.clone(), None),
        (Settings { batch_size: 10_001, ..ok.clone() }, Some("BatchSize is 10001; give it a value from 1 to 10000")),
        (Settings { pollers: 0, ..ok.clone() }, Some("MaximumPollers is 0; give it a value from 1 to 2000")),
        (Settings { deal_percent: 101, ..ok.clone() }, Some("DealPercent is 101; give it a value from 0 to 100")),
        (Settings { redelivery_percent: 100, ..ok }, Some("RedeliveryPercent is 100; give it a value from 0 to 99")),
        (provisioned(retries), Some("MaximumRetryAttempts is 10001; give it a value from 0 to 10000")),
        (aged(59), Some("MaximumRecordAgeInSeconds is 59; give it a value from 60 to 604800")),
        (aged(60), None),
    ];
    for (settings, refused) in table {
        let error =
            settings.validate().err().map(|error| error.to_string().replace(" of the event source mapping", ""));
        assert_eq!(error.as_deref(), refused, "{settings:?}");
    }
}

#[test]
fn retries_end_where_a_number_or_a_destination_is_set_and_only_with_provisioned_pollers() {
    let table = [(None, false, None), (None, true, Some(10)), (Some(3), true, Some(3)), (Some(0), false, Some(0))];
    for (maximum_retry_attempts, has_on_failure_destination, most) in table {
        let base = Provisioned { maximum_retry_attempts, has_on_failure_destination, ..Provisioned::default() };
        assert_eq!(provisioned(base).retries().maximum_retry_attempts, most, "{maximum_retry_attempts:?}");
    }
    assert_eq!(Settings::default().retries(), Retries::default());
}

#[test]
fn a_record_is_too_old_by_its_timestamp() {
    assert_eq!(Settings::default().oldest(100_000), None);
    assert_eq!(aged(60).oldest(100_000), Some(40_000));
}
