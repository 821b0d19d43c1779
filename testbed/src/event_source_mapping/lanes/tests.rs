//! What the lanes promise, case by case.

use std::collections::HashSet;

use bytes::Bytes;

use super::*;

mod age;
mod bad_records;
mod bisecting;
mod consumed;
mod gathering;
mod property;
mod redelivery;
mod seed;
mod windows;

fn record(key: &str, number: usize) -> Record {
    Record {
        partition_key: Some(key.into()),
        sequence_number: number.to_string().into(),
        data: Bytes::new(),
        arrival_millis: 0,
    }
}

fn failure() -> Outcome {
    Outcome::Failure { reason: "boom".into() }
}

/// From the record at this index on.
fn rewind(from: usize) -> Outcome {
    Outcome::Partial { left: (from..99).collect() }
}

fn numbers(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| record.sequence_number.as_str()).collect()
}

fn lanes_of(settings: Settings, keys: &str) -> Lanes {
    let mut lanes = Lanes::new(settings, 7);
    keys.chars().enumerate().for_each(|(number, key)| lanes.push(record(&key.to_string(), number)));
    lanes
}

#[test]
fn a_factor_of_one_is_strict_shard_order_for_all_keys() {
    let mut lanes = lanes_of(Settings { batch_size: 2, ..Settings::default() }, "abacdaebfcd");
    let mut seen = Vec::new();
    let mut attempt = 0;
    while let Some(batch) = lanes.take() {
        assert!(lanes.take().is_none(), "two batches of one shard at once");
        attempt += 1;
        let outcome = if attempt % 3 == 0 { failure() } else { Outcome::Success };
        seen.extend(lanes.settle(batch, &outcome).done);
    }
    assert_eq!(numbers(&seen), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
    assert!(lanes.is_empty());
}

#[test]
fn a_key_in_flight_is_busy_and_other_keys_go_on_up_to_the_factor() {
    let mut lanes = lanes_of(Settings { batch_size: 1, parallelization_factor: 2, ..Settings::default() }, "aab");
    let (first, second) = (lanes.take().unwrap(), lanes.take().unwrap());
    let keys: HashSet<_> = [&first, &second].iter().map(|b| b.records[0].partition_key.clone()).collect();
    assert_eq!(keys.len(), 2, "the same key twice at once");
    assert!(lanes.take().is_none(), "more batches at once than the factor");
}

#[test]
fn a_record_without_a_key_shares_the_lane_of_the_empty_key() {
    let mut lanes = Lanes::new(Settings { batch_size: 1, parallelization_factor: 10, ..Settings::default() }, 0);
    lanes.push(Record { partition_key: None, ..record("", 0) });
    lanes.push(record("", 1));
    assert!(lanes.take().is_some());
    assert!(lanes.take().is_none());
}

#[test]
fn a_rewind_settles_what_is_before_it_and_retries_the_rest_as_one_batch() {
    let mut lanes = lanes_of(Settings { batch_size: 3, ..Settings::default() }, "abcd");
    let batch = lanes.take().unwrap();
    let settled = lanes.settle(batch, &rewind(1));
    assert_eq!(numbers(&settled.done), ["0"]);
    let batch = lanes.take().unwrap();
    assert_eq!((numbers(&batch.records), batch.failures), (vec!["1", "2"], 1));
}

#[test]
fn a_batch_is_discarded_after_its_retries_and_the_lane_moves_on() {
    let settings = Settings { batch_size: 2, maximum_retry_attempts: Some(2), ..Settings::default() };
    let mut lanes = lanes_of(settings, "abc");
    for attempt in 0..3 {
        let batch = lanes.take().unwrap();
        assert_eq!(numbers(&batch.records), ["0", "1"]);
        let settled = lanes.settle(batch, &failure());
        assert_eq!(settled.discarded.is_some(), attempt == 2, "attempt {attempt}");
    }
    assert_eq!(numbers(&lanes.take().unwrap().records), ["2"]);
}

#[test]
fn progress_gives_a_batch_none_of_its_attempts_back() {
    let settings = Settings { batch_size: 4, maximum_retry_attempts: Some(2), ..Settings::default() };
    let mut lanes = lanes_of(settings, "abcd");
    for (outcome, discarded) in [(failure(), None), (rewind(1), None), (rewind(1), Some(vec!["2", "3"]))] {
        let batch = lanes.take().unwrap();
        let settled = lanes.settle(batch, &outcome);
        assert_eq!(settled.discarded.as_ref().map(|(records, _)| numbers(records)), discarded, "{outcome:?}");
    }
    assert!(lanes.is_empty());
}

#[test]
fn either_half_begins_with_the_attempts_that_the_whole_had_used_up() {
    let settings = Settings { batch_size: 5, maximum_retry_attempts: Some(1), ..Settings::of_template() };
    let (rewind, success) = (rewind(1), Outcome::Success);
    for (first_half, second_half, expected) in [
        (&rewind, &success, ["01234", "1234", "12", "2 discarded", "34"]),
        (&success, &rewind, ["01234", "1234", "12", "34", "4 discarded"]),
    ] {
        let mut lanes = lanes_of(settings.clone(), "abcde");
        let mut tried = Vec::new();
        for outcome in [&rewind, &failure(), first_half, second_half] {
            let batch = lanes.take().unwrap();
            tried.push(numbers(&batch.records).concat());
            let settled = lanes.settle(batch, outcome);
            tried.extend(settled.discarded.map(|(records, _)| format!("{} discarded", numbers(&records).concat())));
        }
        assert_eq!(tried, expected);
    }
}

#[test]
fn a_batch_fits_into_one_invocation() {
    let mut lanes = Lanes::new(Settings::default(), 0);
    let large = |number, size| Record { data: vec![0; size].into(), ..record("a", number) };
    // Three records of 1.5 MB take 2 MB each in base64, and an event's 6 MB must also hold the JSON around them.
    (0..3).for_each(|number| lanes.push(large(number, 3 << 19)));
    lanes.push(large(3, 10 << 20));
    for expected in [vec!["0", "1"], vec!["2"], vec!["3"]] {
        let batch = lanes.take().unwrap();
        assert_eq!(numbers(&batch.records), expected);
        lanes.settle(batch, &Outcome::Success);
    }
}

#[test]
fn unique_keys_above_a_factor_of_one_are_reordered() {
    let mut lanes = Lanes::new(Settings { batch_size: 1, parallelization_factor: 10, ..Settings::default() }, 1);
    (0..100).for_each(|number| lanes.push(record(&format!("traceparent-{number}"), number)));
    let mut inversions = 0;
    let mut latest = None;
    while let Some(batch) = lanes.take() {
        let number = batch.records[0].sequence_number.clone();
        inversions += usize::from(latest.as_ref() > Some(&number));
        latest = latest.max(Some(number));
        lanes.settle(batch, &Outcome::Success);
    }
    assert!(inversions > 50, "only {inversions} of 100 records came after a later one");
}

#[test]
fn a_successful_batch_may_be_delivered_again() {
    let mut lanes =
        lanes_of(Settings { batch_size: 1, redelivery_percent: 50, ..Settings::default() }, &"a".repeat(99));
    let mut deliveries = 0;
    while let Some(batch) = lanes.take() {
        deliveries += 1;
        lanes.settle(batch, &Outcome::Success);
    }
    assert!(deliveries > 120 && lanes.is_empty(), "{deliveries} deliveries of 99 records");
}

#[test]
fn a_shard_is_read_ahead_until_enough_records_wait_or_enough_data() {
    for (data, most) in [(0, 2_000), (1024 * 1024, 16), (17 * 1024 * 1024, 1)] {
        let mut lanes = Lanes::new(Settings { batch_size: 1, ..Settings::default() }, 7);
        let data = Bytes::from(vec![0; data]);
        let read = |lanes: &mut Lanes, number| lanes.push(Record { data: data.clone(), ..record("a", number) });
        let read_ahead =
            (0..).take_while(|number| lanes.has_room().then(|| read(&mut lanes, *number)).is_some()).count();
        assert_eq!(read_ahead, most, "of {} bytes", data.len());
        assert!(lanes.take().is_some() && lanes.has_room(), "what a batch has taken waits no longer");
    }
}
