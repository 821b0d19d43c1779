//! The batching window.

use std::time::Duration;

use super::*;

fn settings(parallelization_factor: usize) -> Settings {
    Settings {
        batch_size: 3,
        parallelization_factor,
        maximum_batching_window: Duration::from_secs(10),
        ..Settings::default()
    }
}

fn lanes(settings: Settings, keys: &str) -> Lanes {
    let mut lanes = Lanes::new(settings, 7);
    for (number, key) in keys.chars().enumerate() {
        lanes.tick(1_000 * i64::try_from(number).unwrap());
        lanes.push(record(&key.to_string(), number));
    }
    lanes
}

#[test]
fn records_are_gathered_until_the_window_of_the_first_expires() {
    for factor in [1, 4] {
        let mut lanes = lanes(settings(factor), "ab");
        assert!(lanes.take().is_none(), "factor {factor}");
        assert_eq!(lanes.due(), Some(10_000));
        lanes.tick(9_999);
        assert!(lanes.take().is_none());
        lanes.tick(10_000);
        assert_eq!(numbers(&lanes.take().unwrap().records), ["0", "1"], "factor {factor}");
        assert_eq!(lanes.due(), None);
    }
}

#[test]
fn a_full_batch_does_not_wait() {
    for factor in [1, 4] {
        let mut lanes = lanes(settings(factor), "abcd");
        assert_eq!(lanes.take().unwrap().records.len(), 3, "factor {factor}");
        assert!(lanes.take().is_none(), "the fourth record has a window of its own");
    }
}

#[test]
fn a_batch_that_an_event_cannot_hold_more_of_does_not_wait() {
    let mut lanes = Lanes::new(Settings { batch_size: 100, ..settings(1) }, 7);
    for number in 0..3 {
        assert!(lanes.take().is_none(), "{number} records");
        lanes.push(Record { data: vec![0; 3 << 19].into(), ..record("a", number) });
    }
    assert_eq!(numbers(&lanes.take().unwrap().records), ["0", "1"]);
}

#[test]
fn neither_a_batch_that_failed_nor_the_rest_of_a_closed_shard_waits() {
    let mut lanes = lanes(settings(1), "abcd");
    let batch = lanes.take().unwrap();
    lanes.settle(batch, &failure());
    let batch = lanes.take().unwrap();
    assert_eq!(batch.cause, Cause::Retry);
    lanes.settle(batch, &Outcome::Success);
    assert!(lanes.take().is_none());
    lanes.end();
    assert_eq!(numbers(&lanes.take().unwrap().records), ["3"]);
}
