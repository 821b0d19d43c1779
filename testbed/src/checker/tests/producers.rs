//! One group, several producers.

use kinetrace::Order;
use kinetrace::history::Timestamp;
use proptest::prelude::*;

use super::*;

/// Producer, its count, start and end of the put, place in shard `low`, start of the processing.
type Put = (u64, u64, (u64, u64), u64, u64);

fn add(story: Story, put: Put, outcome: PutOutcome) -> Story {
    let (producer, sequence, (start, end), number, processed) = put;
    let order = Order { producer: ProducerId::from_bits(producer), sequence };
    let change = |it: &mut Produce| {
        (it.order, it.start, it.end) = (Some(order), Timestamp(start), Timestamp(end));
        if outcome != PutOutcome::Acknowledged {
            unknown(it);
        }
        it.outcome = outcome;
    };
    let number = number.to_string();
    story.put_but(sequence, &number, change).process_but(sequence, &number, processed, |it| it.order = Some(order))
}

fn acknowledged(puts: &[Put]) -> Story {
    puts.iter().fold(Story::with_shards(), |story, put| add(story, *put, PutOutcome::Acknowledged))
}

/// The first put ended without an acknowledgement.
fn without_answer(puts: &[Put], outcome: PutOutcome) -> Story {
    puts[1..]
        .iter()
        .fold(add(Story::with_shards(), puts[0], outcome), |story, put| add(story, *put, PutOutcome::Acknowledged))
}

/// Violations of stream order and of process order.
fn violations(story: &Story) -> [u64; 2] {
    let verdict = check(&story.events);
    [&verdict.stream_order, &verdict.process_order].map(|property| property.violations)
}

#[test]
fn producers_are_ordered_where_one_put_was_acknowledged_before_the_other_began() {
    let swapped = |start| [(1, 0, (0, 10), 8, 200), (2, 0, (start, 30), 7, 100)];
    let table = [
        ("one after another, in order", acknowledged(&[(1, 0, (0, 10), 7, 100), (2, 0, (20, 30), 8, 200)]), [0, 0]),
        ("swapped in the stream", acknowledged(&[(1, 0, (0, 10), 8, 100), (2, 0, (20, 30), 7, 200)]), [1, 0]),
        ("swapped when processed", acknowledged(&[(1, 0, (0, 10), 7, 200), (2, 0, (20, 30), 8, 100)]), [0, 1]),
        ("swapped in both", acknowledged(&swapped(20)), [1, 1]),
        ("overlapping, swapped", acknowledged(&swapped(5)), [0, 0]),
        ("in the same microsecond, swapped", acknowledged(&swapped(10)), [0, 0]),
        ("after an unanswered put, swapped", without_answer(&swapped(20), PutOutcome::Unknown), [0, 0]),
        ("after a failed put, swapped", without_answer(&swapped(20), PutOutcome::Failed), [0, 0]),
        (
            "an unanswered put that came before one that had been acknowledged",
            without_answer(&[(1, 0, (20, 30), 7, 100), (2, 0, (0, 10), 8, 200)], PutOutcome::Unknown),
            [1, 1],
        ),
    ];
    for (name, story, expected) in table {
        assert_eq!(violations(&story), expected, "{name}:\n{}", check(&story.events));
    }
}

#[test]
fn one_producer_is_ordered_by_its_count_and_not_by_its_clock() {
    let table = [
        ("a clock set back", acknowledged(&[(1, 0, (20, 30), 7, 100), (1, 1, (0, 10), 8, 200)]), [0, 0]),
        ("a clock set back, swapped", acknowledged(&[(1, 0, (20, 30), 8, 200), (1, 1, (0, 10), 7, 100)]), [1, 1]),
        ("swapped while overlapping", acknowledged(&[(1, 0, (0, 10), 8, 200), (1, 1, (5, 15), 7, 100)]), [1, 1]),
    ];
    for (name, story, expected) in table {
        assert_eq!(violations(&story), expected, "{name}:\n{}", check(&story.events));
    }
}

#[test]
fn the_furthest_record_of_the_others_counts_though_ones_own_is_further() {
    let own_is_furthest = [(1, 0, (40, 50), 6, 100), (1, 1, (0, 10), 9, 400), (2, 0, (0, 10), 8, 300)];
    assert_eq!(violations(&acknowledged(&own_is_furthest)), [1, 1]);
    let each_once =
        [(1, 0, (0, 10), 9, 400), (2, 0, (0, 10), 8, 300), (2, 1, (20, 30), 7, 200), (3, 0, (20, 30), 6, 100)];
    assert_eq!(violations(&acknowledged(&each_once)), [2, 2]);
}

#[test]
fn the_example_says_what_the_order_rests_on() {
    let story = acknowledged(&[(1, 0, (0, 10), 8, 100), (2, 0, (20, 30), 7, 200)]);
    let text = check(&story.events).to_string();
    let example = "producer 0000000000000002, low:7) stands at low:7, before record 0 of producer 0000000000000001 at low:8, which was acknowledged at 10 µs, before this one was handed over at 20 µs";
    assert!(text.contains(example), "{text}");
}

/// Producer, start, duration, shard, number, whether it was acknowledged, place in an aggregate.
type Any = (u64, u64, u64, &'static str, u64, bool, Option<u64>);

fn any_put() -> impl Strategy<Value = Any> {
    let shard = prop::sample::select(vec!["low", "child", "high"]);
    (1..5_u64, 0..40_u64, 0..9_u64, shard, 1..30_u64, any::<bool>(), prop::option::of(0..4_u64))
}

fn story_of(puts: &[Any]) -> Story {
    (0..).zip(puts).fold(
        Story::with_split(),
        |story, (sequence, &(producer, start, took, shard, number, answered, place))| {
            story.put_but(sequence, &number.to_string(), |it| {
                it.order.as_mut().unwrap().producer = ProducerId::from_bits(producer);
                (it.start, it.end, it.shard) = (Timestamp(start), Timestamp(start + took), Some(shard.into()));
                it.sub_sequence_number = place;
                it.outcome = if answered { PutOutcome::Acknowledged } else { PutOutcome::Unknown };
            })
        },
    )
}

/// Whether the second put stands before the first, which precedes it.
fn is_overtaken((i, a): (usize, &Any), (j, b): (usize, &Any)) -> bool {
    let precedes = if a.0 == b.0 { i < j } else { a.5 && a.1 + a.2 < b.1 };
    let within = || b.4 == a.4 && b.6.zip(a.6).is_some_and(|(b, a)| b < a);
    precedes && if a.3 == b.3 { b.4 < a.4 || within() } else { (b.3, a.3) == ("low", "child") }
}

proptest! {
    #[test]
    fn the_sweep_finds_what_comparing_all_pairs_finds(puts in prop::collection::vec(any_put(), 0..40)) {
        let puts_by_index = || puts.iter().enumerate();
        let expected = puts_by_index().filter(|later| puts_by_index().any(|earlier| is_overtaken(earlier, *later)));
        let property = check(&story_of(&puts).events).stream_order;
        prop_assert_eq!(property.violations, u64::try_from(expected.count()).unwrap(), "{:?}", property);
    }
}
