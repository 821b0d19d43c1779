//! The checker on histories written by hand.

use kinetrace::ProducerId;
use kinetrace::history::{Process, Produce, PutOutcome, Relation, TraceIds};

use super::*;

mod batches;
mod clocks;
mod comparison;
mod completeness;
mod functions;
mod late;
mod look_alikes;
mod memory;
mod named;
mod outside;
mod producers;
mod runs;
mod settling;
mod so_far;
mod story;
mod topics;
mod unplaced;
mod violations;

use story::{Story, bare, context, failed, hashed, plain, skipped, skipped_by_handler, unknown};

/// Two records, in order in every respect.
fn pair() -> Story {
    Story::with_shards().put(0, "9").process(0, "9", 100).put(1, "10").process(1, "10", 200)
}

/// What is missing.
fn lacks(verdict: &Verdict) -> Vec<(Lack, u64)> {
    let all = [
        Lack::Puts,
        Lack::Processings,
        Lack::PutLines,
        Lack::Counts,
        Lack::UnreadableLines,
        Lack::OddValues,
        Lack::Times,
        Lack::Functions,
    ];
    all.into_iter().map(|lack| (lack, verdict.completeness.total(lack))).filter(|(_, total)| *total > 0).collect()
}

/// Violations of process order and of no overlap.
fn in_time(processings: &[(u64, u64)]) -> [u64; 2] {
    let mut story = Story::with_shards();
    for (k, &(start, end)) in (0..).zip(processings) {
        let number = (k + 1).to_string();
        story = story.put(k, &number).process_but(k, &number, start, |it| it.end.0 = end);
    }
    let verdict = check(&story.events);
    [&verdict.process_order, &verdict.no_overlap].map(|property| property.violations)
}

#[test]
fn inversions_are_counted_by_the_records_that_came_before_any_earlier_one() {
    assert_eq!(in_time(&[(100, 110), (200, 210), (300, 310), (0, 10)]), [1, 0]);
    assert_eq!(in_time(&[(300, 310), (0, 10), (100, 110), (200, 210)]), [3, 0]);
}

#[test]
fn overlaps_are_counted_by_the_processings_that_began_during_any_earlier_one() {
    assert_eq!(in_time(&[(0, 100), (10, 20), (50, 60), (100, 110)]), [0, 2]);
    assert_eq!(in_time(&[(0, 10), (5, 15), (10, 20), (20, 30)]), [0, 2]);
}

/// Or who hides keys would have to do without the checker.
#[test]
fn a_history_that_names_keys_by_their_hashes_holds_where_one_that_names_them_does() {
    let generations =
        || Story::with_generations().through(0, "low", "9").through(1, "merged", "10").through(2, "left", "11");
    for story in [pair(), generations()] {
        assert!(check(&story.events).holds());
        let verdict = check(&hashed(story).events);
        assert!(verdict.holds(), "{verdict}");
    }
}

#[test]
fn nothing_proves_nothing() {
    assert!(!check(&[]).holds());
    assert!(!check(&Story::with_shards().put(0, "9").events).holds());
    assert!(!check(&Story::with_shards().process(0, "9", 100).events).holds());
}

#[test]
fn an_aggregate_that_is_in_the_stream_twice_is_a_duplicate_of_each_of_its_records() {
    let story = Story::with_shards().pack("12", &[0, 1]);
    let totals = check(&story.unpack("9", &[0, 1], 100).unpack("12", &[0, 1], 200).events).totals;
    assert_eq!((totals.processed, totals.duplicates, totals.foreign), (2, 2, 0));
}

#[test]
fn a_skipped_copy_is_not_a_duplicate_and_overlaps_nothing() {
    let verdict = check(&pair().process_but(0, "12", 205, skipped).events);
    assert!(verdict.holds(), "{verdict}");
    assert_eq!((verdict.totals.processed, verdict.totals.duplicates, verdict.totals.skipped), (2, 0, 1));
    assert!(verdict.to_string().contains("0 foreign, 1 copies skipped"), "{verdict}");
}

/// The producer never sent it, so nothing is expected of it; and what shares its group is judged as before.
#[test]
fn a_record_that_was_refused_before_it_had_a_place_changes_nothing() {
    let refused = |it: &mut Produce| {
        (it.order, it.outcome, it.context) = (None, PutOutcome::Failed, None);
        (it.shard, it.sequence_number) = (None, None);
    };
    let verdict = check(&pair().put_but(0, "11", refused).put_but(7, "12", refused).events);
    assert!(verdict.holds(), "{verdict}");
    assert_eq!((verdict.totals.records, verdict.totals.processed), (2, 2), "{verdict}");
}

/// Or a deduplication that skips too much would seem to lose nothing.
#[test]
fn a_record_that_the_handler_skipped_is_not_lost_and_the_verdict_tells_of_it() {
    let skips = || pair().put(2, "11").process_but(2, "11", 300, skipped_by_handler);
    // Its copy, its redelivery, and one that was processed after all.
    for (story, duplicates, processed, told) in [
        (skips(), 0, 2, 1),
        (skips().process_but(2, "11", 400, skipped), 0, 2, 1),
        (skips().process_but(2, "11", 400, skipped_by_handler), 1, 2, 1),
        (skips().process(2, "11", 400), 1, 3, 0),
    ] {
        let verdict = check(&story.events);
        let totals = &verdict.totals;
        assert!(verdict.holds(), "{verdict}");
        assert_eq!((totals.duplicates, totals.processed, totals.skipped_by_handler), (duplicates, processed, told));
        assert_eq!(verdict.to_string().contains("1 record skipped by the handler"), told == 1, "{verdict}");
    }
}

#[test]
fn a_record_skipped_by_one_function_is_reported_though_another_processed_it() {
    let by = |name: &'static str| move |it: &mut Process| it.function = Some(name.into());
    let story = Story::with_shards().put(0, "9");
    let story = story.process_but(0, "9", 200, by("one")).process_but(0, "9", 300, |it| {
        by("two")(it);
        skipped_by_handler(it);
    });
    let verdict = check(&story.events);
    assert!(verdict.holds(), "{verdict}");
    assert_eq!((verdict.totals.processed, verdict.totals.skipped_by_handler), (1, 1));
}

#[test]
fn a_record_that_was_skipped_before_an_earlier_one_was_processed_is_out_of_order_and_one_beside_it_overlaps() {
    let early = Story::with_shards().put(0, "9").put(1, "10").process_but(1, "10", 200, skipped_by_handler);
    let verdict = check(&early.process(0, "9", 300).events);
    assert_eq!((verdict.process_order.violations, verdict.no_overlap.violations), (1, 0), "{verdict}");
    let beside = Story::with_shards().put(0, "9").put(1, "10").process(0, "9", 200);
    let verdict = check(&beside.process_but(1, "10", 205, skipped_by_handler).events);
    assert_eq!((verdict.process_order.violations, verdict.no_overlap.violations), (0, 1), "{verdict}");
}

#[test]
fn a_record_that_was_only_ever_skipped_is_lost() {
    let verdict = check(&pair().put(2, "11").process_but(2, "11", 300, skipped).events);
    assert_eq!((verdict.no_loss.violations, verdict.totals.processed), (1, 2), "{verdict}");
}

/// So does one that marks failures, whatever they were.
#[test]
fn a_record_that_failed_and_was_skipped_then_is_lost() {
    let story = pair().put(2, "11").process_but(2, "11", 300, failed).process_but(2, "11", 400, skipped);
    let verdict = check(&story.events);
    assert_eq!((verdict.no_loss.violations, verdict.totals.processed), (1, 2), "{verdict}");
}

#[test]
fn an_example_tells_the_place_in_the_aggregate() {
    let text = check(&Story::with_shards().pack("9", &[1, 0]).unpack("9", &[1, 0], 100).events).to_string();
    assert!(
        text.contains("low:9/0) stands at low:9/0, before record 0 at low:9/1, which was produced earlier"),
        "{text}"
    );
}

#[test]
fn the_verdict_tells_totals_and_examples_to_people() {
    let story = pair().process(0, "9", 300).put(2, "11").process_but(5, "77", 400, |p| p.order = None);
    let verdict = check(&story.events);
    let totals = &verdict.totals;
    assert_eq!((totals.records, totals.acknowledged, totals.processings, totals.processed), (3, 3, 4, 2));
    assert_eq!((totals.duplicates, totals.foreign), (1, 1));
    let text = verdict.to_string();
    let example = "record 2 of key \"a\" (stream flights, producer 0000000000000001, low:11) was acknowledged at 3 µs and never processed";
    for expected in [example, "| VIOLATED", "| holds", "put to processed: p50 110 µs, p99 209 µs"] {
        assert!(text.contains(expected), "{expected:?} is missing in\n{text}");
    }
    let json = serde_json::to_string(&verdict).unwrap();
    assert!(json.contains(r#""latencies":{"p50_us":110"#), "{json}");
}
