//! Batches that go once more on demand.

use super::*;

#[test]
fn a_redelivery_waits_for_the_lanes_that_are_held_and_goes_before_what_waits_in_them() {
    let mut lanes = lanes_of(Settings { batch_size: 1, parallelization_factor: 3, ..Settings::default() }, "aab");
    let held = [lanes.take().unwrap(), lanes.take().unwrap()];
    assert!(lanes.take().is_none());
    lanes.redeliver(vec![record("a", 90), record("b", 91), record("a", 92)]);
    assert!(lanes.take().is_none(), "both of its keys are with the function");
    let [first, second] = held;
    lanes.settle(first, &Outcome::Success);
    assert!(lanes.take().is_none(), "one of its keys is with the function");
    lanes.settle(second, &Outcome::Success);
    let batch = lanes.take().unwrap();
    assert_eq!((numbers(&batch.records), batch.cause), (vec!["90", "91", "92"], Cause::Redelivery));
    assert!(lanes.take().is_none(), "a key is twice at once");
    lanes.settle(batch, &Outcome::Success);
    assert_eq!(numbers(&lanes.take().unwrap().records), ["1"]);
}

#[test]
fn redeliveries_that_want_the_same_lanes_go_one_after_the_other() {
    let mut lanes = lanes_of(Settings { batch_size: 1, parallelization_factor: 9, ..Settings::default() }, "a");
    let held = lanes.take().unwrap();
    for number in [10, 20, 30] {
        lanes.redeliver(vec![record("a", number), record("b", number + 1)]);
    }
    assert!(lanes.take().is_none());
    lanes.settle(held, &Outcome::Success);
    for expected in [["10", "11"], ["20", "21"], ["30", "31"]] {
        let batch = lanes.take().unwrap();
        assert_eq!(numbers(&batch.records), expected);
        assert!(lanes.take().is_none());
        lanes.settle(batch, &Outcome::Success);
    }
    assert!(lanes.is_empty());
}

#[test]
fn a_redelivery_of_an_idle_shard_goes_at_once_and_leaves_nothing_behind() {
    for parallelization_factor in [1, 4] {
        let mut lanes = Lanes::new(Settings { parallelization_factor, ..Settings::default() }, 0);
        lanes.redeliver(vec![record("a", 0), record("a", 1)]);
        assert!(!lanes.is_empty());
        let batch = lanes.take().unwrap();
        lanes.settle(batch, &Outcome::Success);
        assert!(lanes.is_empty() && lanes.take().is_none());
    }
}
