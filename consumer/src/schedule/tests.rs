use proptest::prelude::*;

use super::*;

/// A batch of one partition, as that of Kinesis is.
fn one_partition(keys: impl IntoIterator<Item = &'static str>) -> Schedule {
    Schedule::new(keys.into_iter().map(|key| (0, Key::Text(key))))
}

/// Where its only partition is to start again.
fn end(schedule: &Schedule) -> Option<usize> {
    let ends = schedule.ends();
    assert!(ends.len() <= 1, "{ends:?}");
    ends.first().copied()
}

fn begin_all(schedule: &mut Schedule) -> Vec<usize> {
    std::iter::from_fn(|| schedule.begin()).collect()
}

#[test]
fn lanes_go_side_by_side_and_each_in_order() {
    let mut schedule = one_partition(["a", "b", "a", "c", "b"]);
    assert_eq!(begin_all(&mut schedule), [0, 1, 3]);
    schedule.succeed(1);
    assert_eq!(begin_all(&mut schedule), [4]);
    schedule.succeed(0);
    assert_eq!(begin_all(&mut schedule), [2]);
    for place in [2, 3, 4] {
        schedule.succeed(place);
    }
    assert_eq!((schedule.begin(), end(&schedule)), (None, None));
}

#[test]
fn messages_before_a_failure_are_finished_and_none_after_it_is_begun() {
    let mut schedule = one_partition(["a", "b", "a", "b", "a"]);
    assert_eq!(begin_all(&mut schedule), [0, 1]);
    schedule.succeed(1);
    assert_eq!(schedule.begin(), Some(3));
    schedule.fail(3);
    schedule.succeed(0);
    assert_eq!(begin_all(&mut schedule), [2], "or Lambda would have to rewind to it");
    schedule.succeed(2);
    assert_eq!((schedule.begin(), end(&schedule)), (None, Some(3)));
}

#[test]
fn the_first_failure_in_the_batch_counts_and_not_the_first_in_time() {
    let mut schedule = one_partition(["a", "b", "c"]);
    assert_eq!(begin_all(&mut schedule), [0, 1, 2]);
    schedule.fail(2);
    schedule.fail(1);
    schedule.succeed(0);
    assert_eq!(end(&schedule), Some(1));
}

#[test]
fn when_time_is_up_lambda_starts_again_at_the_first_message_that_was_not_begun() {
    let mut schedule = one_partition(["a", "b", "a", "b"]);
    assert_eq!(begin_all(&mut schedule), [0, 1]);
    schedule.succeed(1);
    schedule.stop();
    schedule.succeed(0);
    assert_eq!((schedule.begin(), end(&schedule)), (None, Some(2)));
    let mut begun = one_partition(["a"]);
    assert_eq!(begun.begin(), Some(0));
    begun.stop();
    begun.succeed(0);
    assert_eq!(end(&begun), None, "what was in flight is done");
}

/// A batch of several partitions, and what goes wrong in it.
struct Course {
    /// Partition and key of each message.
    messages: &'static [(usize, &'static str)],
    at_once: usize,
    /// Places of messages that fail, and of those that cannot be read.
    fail: &'static [usize],
    unreadable: &'static [usize],
    /// Time is up when so many messages have ended.
    stop_after: Option<usize>,
}

impl Course {
    /// What is done, in the order of time, and where partitions are to start again. The message that was begun first ends
    /// first.
    fn run(&self) -> (Vec<usize>, Vec<usize>) {
        let mut schedule = Schedule::new(self.messages.iter().map(|(partition, key)| (*partition, Key::Text(key))));
        self.unreadable.iter().for_each(|place| schedule.end_at(self.messages[*place].0, *place));
        let (mut under_way, mut done) = (VecDeque::new(), Vec::new());
        for ended in 0.. {
            if self.stop_after == Some(ended) {
                schedule.stop();
            }
            while under_way.len() < self.at_once
                && let Some(place) = schedule.begin()
            {
                under_way.push_back(place);
            }
            match under_way.pop_front() {
                None => break,
                Some(place) if self.fail.contains(&place) => schedule.fail(place),
                Some(place) => {
                    schedule.succeed(place);
                    done.push(place);
                }
            }
        }
        (done, schedule.ends().into_iter().collect())
    }
}

#[test]
fn each_partition_is_cut_where_it_stops_and_the_others_go_on() {
    const TWO: &[(usize, &str)] = &[(0, "a"), (1, "a"), (0, "a"), (1, "b"), (0, "b"), (1, "a")];
    const THREE: &[(usize, &str)] = &[(0, "a"), (0, "a"), (1, "a"), (1, "a"), (2, "a"), (2, "a")];
    let course = |messages, at_once| Course { messages, at_once, fail: &[], unreadable: &[], stop_after: None };
    let table: [(&str, Course, &[usize], &[usize]); 11] = [
        ("all is done", course(TWO, 1), &[0, 1, 2, 3, 4, 5], &[]),
        ("the first fails", Course { fail: &[0], ..course(TWO, 1) }, &[1, 3, 5], &[0]),
        ("one in the middle fails", Course { fail: &[3], ..course(TWO, 1) }, &[0, 1, 2, 4], &[3]),
        ("one in each fails", Course { fail: &[2, 3], ..course(TWO, 1) }, &[0, 1], &[2, 3]),
        ("the first in each fails", Course { fail: &[0, 1], ..course(TWO, 1) }, &[], &[0, 1]),
        ("one of three fails, side by side", Course { fail: &[2], ..course(THREE, 6) }, &[0, 4, 1, 5], &[2]),
        ("one cannot be read", Course { unreadable: &[2], ..course(TWO, 1) }, &[0, 1, 3, 5], &[2]),
        ("one cannot be read, side by side", Course { unreadable: &[3], ..course(THREE, 6) }, &[0, 2, 4, 1, 5], &[3]),
        (
            "one cannot be read and another fails",
            Course { unreadable: &[2], fail: &[3], ..course(TWO, 1) },
            &[0, 1],
            &[2, 3],
        ),
        ("time is up", Course { stop_after: Some(2), ..course(TWO, 1) }, &[0, 1], &[2, 3]),
        ("time is up for what is left", Course { stop_after: Some(3), ..course(THREE, 1) }, &[0, 1, 2], &[3, 4]),
    ];
    for (name, course, done, ends) in table {
        assert_eq!(course.run(), (done.to_vec(), ends.to_vec()), "{name}");
    }
}

#[test]
fn a_key_in_two_partitions_is_two_lanes() {
    let mut schedule = Schedule::new([0, 1, 0, 1].map(|partition| (partition, Key::Text("a"))));
    assert_eq!(begin_all(&mut schedule), [0, 1]);
    schedule.succeed(1);
    assert_eq!(begin_all(&mut schedule), [3], "and neither waits for the other");
}

/// A record that carries its context in the partition key tells no other, and after a change of the carrier others of its key do.
#[test]
fn a_message_of_an_unknown_key_waits_for_all_before_it_and_all_after_it_wait_for_it() {
    let messages = [(0, "a"), (0, "b"), (0, "?"), (1, "a"), (0, "?"), (0, "b"), (0, "a")]
        .map(|(partition, key)| (partition, if key == "?" { Key::Unknown } else { Key::Text(key) }));
    let mut schedule = Schedule::new(messages);
    assert_eq!(begin_all(&mut schedule), [0, 1, 3]);
    for (done, next) in [(1, vec![]), (0, vec![2]), (3, vec![]), (2, vec![4]), (4, vec![5, 6])] {
        schedule.succeed(done);
        assert_eq!(begin_all(&mut schedule), next, "after {done}");
    }
    let mut schedule = Schedule::new(messages);
    assert_eq!(begin_all(&mut schedule), [0, 1, 3]);
    schedule.fail(1);
    schedule.succeed(0);
    assert_eq!((schedule.begin(), end(&schedule)), (None, Some(1)));
    let mut schedule = Schedule::new(messages);
    assert_eq!(schedule.begin(), Some(0));
    schedule.stop();
    schedule.succeed(0);
    assert_eq!((schedule.begin(), schedule.ends()), (None, BTreeSet::from([1, 3])));
}

#[test]
fn a_key_is_one_lane_wherever_its_text_is_and_no_key_is_another() {
    for length in [1, LONG, LONG + 1] {
        let texts = ["a", "a", "b", "a"].map(|key| key.repeat(length));
        let shared = texts[0].as_str();
        let [one, two, three] = [&texts[1], &texts[2], &texts[3]].map(|text| Key::Text(text));
        let keys = [Key::Text(shared), Key::Text(shared), one, two, Key::None, three, Key::None];
        let mut schedule = Schedule::new(keys.map(|key| (0, key)));
        assert_eq!(begin_all(&mut schedule), [0, 3, 4]);
        for [done, next] in [[0, 1], [1, 2], [2, 5], [4, 6]] {
            schedule.succeed(done);
            assert_eq!(begin_all(&mut schedule), [next]);
        }
    }
}

#[test]
fn a_long_key_in_two_partitions_is_two_lanes() {
    let key = "a".repeat(LONG + 1);
    let mut schedule = Schedule::new([0, 1].map(|partition| (partition, Key::Text(&key))));
    assert_eq!(begin_all(&mut schedule), [0, 1]);
}

proptest! {
    /// Whatever fails, in whatever order messages end: of each partition everything before the place where it starts again
    /// is done, what may belong together is done one after another, in order, and what was begun after that place began before
    /// the failure was known. A partition in which nothing fails is done.
    #[test]
    fn a_rewind_loses_nothing_and_reorders_nothing(
        messages in prop::collection::vec((0..3_usize, prop::option::weighted(0.8, 0..4_u8)), 0..40),
        ends in prop::collection::vec((any::<prop::sample::Index>(), prop::bool::weighted(0.9)), 0..80),
        at_once in 1..6_usize,
        stop_after in prop::option::of(0..40_usize),
    ) {
        // Each has a text of its own.
        let keys: Vec<_> = messages.iter().map(|(_, key)| key.map(|key| key.to_string())).collect();
        let mut schedule = Schedule::new(messages.iter().zip(&keys).map(|((partition, _), key)| (*partition, key.as_deref().map_or(Key::Unknown, Key::Text))));
        let belong_together = |one: usize, other: usize| {
            let [(partition, key), (others, others_key)] = [messages[one], messages[other]];
            partition == others && (key == others_key || key.is_none() || others_key.is_none())
        };
        let (mut under_way, mut done, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        let is_of = |place: &usize, partition| messages[*place].0 == partition;
        let mut ends = ends.into_iter();
        for step in 0.. {
            if stop_after == Some(step) {
                schedule.stop();
            }
            while under_way.len() < at_once && let Some(place) = schedule.begin() {
                let mut of_partition = failed.iter().filter(|it| is_of(it, messages[place].0));
                prop_assert!(of_partition.all(|failure| place < *failure), "begun after a failure");
                prop_assert!(!under_way.iter().any(|other| belong_together(place, *other)), "two of a key at once");
                let mut before = (0..place).filter(|other| belong_together(place, *other));
                prop_assert!(before.all(|other| done.contains(&other)), "out of order");
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
        for partition in 0..3 {
            let end = schedule.ends().into_iter().find(|end| is_of(end, partition));
            let mut before = (0..end.unwrap_or(messages.len())).filter(|place| is_of(place, partition));
            prop_assert!(before.all(|place| done.contains(&place)), "it would start after what was not done");
            let is_known = |end: usize| failed.contains(&end) || (stop_after.is_some() && !done.contains(&end));
            prop_assert!(end.is_none_or(is_known));
        }
        prop_assert!(schedule.ends().len() <= 3);
    }
}
