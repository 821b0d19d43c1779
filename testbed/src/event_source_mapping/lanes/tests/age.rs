//! MaximumRecordAgeInSeconds.

use std::time::Duration;

use super::*;

fn lanes(settings: Settings, arrivals: &[i64]) -> Lanes {
    let mut lanes = Lanes::new(Settings { maximum_record_age: Some(Duration::from_secs(60)), ..settings }, 7);
    for (number, &seconds) in arrivals.iter().enumerate() {
        lanes.push(Record { arrival_millis: seconds * 1_000, ..record("a", number) });
    }
    lanes
}

/// The numbers of what is too old, and the attempts.
fn expired(lanes: &mut Lanes) -> Vec<(String, u32)> {
    let expired = lanes.expired();
    expired.into_iter().map(|expired| (numbers(&expired.records).concat(), expired.failures)).collect()
}

#[test]
fn a_record_that_is_too_old_never_goes_to_the_function_and_younger_ones_do() {
    let mut lanes = lanes(Settings::default(), &[0, 39, 40, 50]);
    lanes.tick(100_000);
    let batch = lanes.take().unwrap();
    assert_eq!((numbers(&batch.records), expired(&mut lanes)), (vec!["2", "3"], vec![("01".to_owned(), 0)]));
    lanes.settle(batch, &Outcome::Success);
    assert!(lanes.is_empty() && lanes.expired().is_empty());
}

#[test]
fn a_batch_that_is_tried_again_and_again_ends_at_its_age() {
    let mut lanes = lanes(Settings::default(), &[0, 5]);
    for (now, sent, old) in [(0, "01", None), (60, "01", None), (61, "1", Some("0")), (66, "", Some("1"))] {
        lanes.tick(now * 1_000);
        let batch = lanes.take();
        assert_eq!(batch.as_ref().map(|batch| numbers(&batch.records).concat()).unwrap_or_default(), sent, "at {now}");
        assert_eq!(expired(&mut lanes).first().map(|(numbers, _)| numbers.as_str()), old, "at {now}");
        batch.into_iter().for_each(|batch| drop(lanes.settle(batch, &failure())));
    }
    assert!(lanes.is_empty());
}

#[test]
fn the_halves_of_a_batch_end_at_their_own_ages_with_the_attempts_they_had() {
    let settings = Settings { bisect_batch_on_function_error: true, ..Settings::default() };
    let mut lanes = lanes(settings, &[0, 0, 9, 9]);
    let batch = lanes.take().unwrap();
    lanes.settle(batch, &rewind(0));
    let batch = lanes.take().unwrap();
    lanes.settle(batch, &failure());
    lanes.tick(65_000);
    let batch = lanes.take().unwrap();
    assert_eq!((numbers(&batch.records), expired(&mut lanes)), (vec!["2", "3"], vec![("01".to_owned(), 1)]));
}

#[test]
fn the_lane_of_what_was_too_old_goes_on() {
    let settings = Settings { parallelization_factor: 4, batch_size: 1, ..Settings::default() };
    let mut lanes = lanes(settings, &[0, 0, 100]);
    lanes.tick(100_000);
    assert_eq!(numbers(&lanes.take().unwrap().records), ["2"]);
    assert_eq!(expired(&mut lanes), [("0".to_owned(), 0), ("1".to_owned(), 0)]);
}
