use proptest::prelude::*;

use super::*;

fn begin_all(schedule: &mut Schedule) -> Vec<usize> {
    std::iter::from_fn(|| schedule.begin()).collect()
}

#[test]
fn lanes_go_side_by_side_and_each_in_order() {
    let mut schedule = Schedule::new(["a", "b", "a", "c", "b"]);
    assert_eq!(begin_all(&mut schedule), [0, 1, 3]);
    schedule.succeed(1);
    assert_eq!(begin_all(&mut schedule), [4]);
    schedule.succeed(0);
    assert_eq!(begin_all(&mut schedule), [2]);
    for place in [2, 3, 4] {
        schedule.succeed(place);
    }
    assert_eq!((schedule.begin(), schedule.end()), (None, 5));
}

#[test]
fn what_stands_before_a_failure_is_finished_and_nothing_behind_it_is_begun() {
    let mut schedule = Schedule::new(["a", "b", "a", "b", "a"]);
    assert_eq!(begin_all(&mut schedule), [0, 1]);
    schedule.succeed(1);
    assert_eq!(schedule.begin(), Some(3));
    schedule.fail(3);
    schedule.succeed(0);
    assert_eq!(begin_all(&mut schedule), [2], "or Lambda would have to rewind to it");
    schedule.succeed(2);
    assert_eq!((schedule.begin(), schedule.end()), (None, 3));
}

#[test]
fn the_first_failure_in_the_batch_counts_whichever_comes_first_in_time() {
    let mut schedule = Schedule::new(["a", "b", "c"]);
    assert_eq!(begin_all(&mut schedule), [0, 1, 2]);
    schedule.fail(2);
    schedule.fail(1);
    schedule.succeed(0);
    assert_eq!(schedule.end(), 1);
}

#[test]
fn when_time_is_up_lambda_starts_again_at_the_first_message_that_was_not_begun() {
    let mut schedule = Schedule::new(["a", "b", "a", "b"]);
    assert_eq!(begin_all(&mut schedule), [0, 1]);
    schedule.succeed(1);
    schedule.stop();
    schedule.succeed(0);
    assert_eq!((schedule.begin(), schedule.end()), (None, 2));
    let mut begun = Schedule::new(["a"]);
    assert_eq!(begun.begin(), Some(0));
    begun.stop();
    begun.succeed(0);
    assert_eq!(begun.end(), 1, "what was under way is done");
}

proptest! {
    /// Whatever fails, in whatever order messages end: everything before the place where Lambda starts again is done, one
    /// lane does one thing at a time, in order, and what was begun behind that place was begun before anybody could know.
    #[test]
    fn a_rewind_loses_nothing_and_reorders_nothing(
        keys in prop::collection::vec(0..5_u8, 0..40),
        ends in prop::collection::vec((any::<prop::sample::Index>(), prop::bool::weighted(0.9)), 0..80),
        at_once in 1..6_usize,
        stop_after in prop::option::of(0..40_usize),
    ) {
        let mut schedule = Schedule::new(&keys);
        let (mut under_way, mut done, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        let mut ends = ends.into_iter();
        for step in 0.. {
            if stop_after == Some(step) {
                schedule.stop();
            }
            while under_way.len() < at_once && let Some(place) = schedule.begin() {
                prop_assert!(failed.iter().all(|failure| place < *failure), "begun behind a failure");
                prop_assert!(under_way.iter().all(|other: &usize| keys[*other] != keys[place]), "two of a lane at once");
                let before = (0..place).filter(|other| keys[*other] == keys[place]);
                prop_assert!(before.into_iter().all(|other| done.contains(&other)), "out of order");
                under_way.push(place);
            }
            if under_way.is_empty() {
                break;
            }
            let (index, success) = ends.next().map_or((0, true), |(index, success)| (index.index(under_way.len()), success));
            let place = under_way.remove(index);
            if success {
                schedule.succeed(place);
                done.push(place);
            } else {
                schedule.fail(place);
                failed.push(place);
            }
        }
        let end = schedule.end();
        prop_assert!((0..end).all(|place| done.contains(&place)), "Lambda would start behind what was not done");
        prop_assert!(end == keys.len() || failed.contains(&end) || (stop_after.is_some() && !done.contains(&end)));
    }
}
