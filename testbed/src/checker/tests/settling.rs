//! What the checker says of a run must not depend on how its lines come, nor on what it has forgotten.

use std::time::Duration;

use kinetrace::Order;
use kinetrace::history::{Event, Timestamp};
use proptest::prelude::*;

use super::runs::{counts, fate, lines, long_run, shards, verdict};
use super::*;

proptest! {
    #[test]
    fn a_verdict_does_not_depend_on_the_order_of_the_lines(
        lines in prop::collection::vec(fate(), 0..60).prop_map(|fates| lines(&fates, false)).prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
    ) {
        let (one, other) = lines;
        let events = |lines: Vec<(u64, Event)>| shards().into_iter().chain(lines.into_iter().map(|(_, event)| event));
        let settings = CheckerSettings::default();
        let (one, other) = (verdict(events(one), settings), verdict(events(other), settings));
        // The examples are the first that were met.
        prop_assert_eq!(counts(&one), counts(&other));
    }

    #[test]
    fn what_is_settled_early_changes_no_verdict(fates in prop::collection::vec(fate(), 0..80), clean in any::<bool>()) {
        let mut lines = lines(&fates, clean);
        lines.sort_by_key(|(time, _)| *time);
        let events = || shards().into_iter().chain(lines.iter().map(|(_, event)| event.clone()));
        let whole = verdict(events(), CheckerSettings::default());
        let settings = CheckerSettings { settle_after: Some(Duration::from_millis(100)), ..Default::default() };
        let live = verdict(events(), settings);
        prop_assert_eq!(live.conclusion(), whole.conclusion(), "{}\n{}", live, whole);
        // A good run, whose lines come in time, leaves nothing open.
        prop_assert!(!clean || live.forgotten == Forgotten::default(), "{}", live);
        if live.forgotten == Forgotten::default() {
            prop_assert_eq!(counts(&live), counts(&whole), "{}\n{}", live, whole);
        }
    }
}

#[test]
fn a_long_run_takes_no_more_room_than_what_is_not_settled() {
    for records in [1000, 4000] {
        let (live, whole, most) = long_run(records, |_| ());
        assert!(live.holds(), "{live}");
        assert_eq!((counts(&live), live.forgotten), (counts(&whole), Forgotten::default()));
        assert!(most < 300, "{most} lines were kept");
    }
}

/// A producer that was killed leaves no line of its put, so the record is not known to be one before the history ends.
#[test]
fn a_record_without_a_line_of_its_put_is_found_to_be_overtaken_after_the_later_one_was_settled() {
    let line = |story: Story| story.events.into_iter().next_back().unwrap();
    let put = |key: &'static str, sequence: u64, number: &str, start: u64| {
        line(Story::default().put_but(sequence, number, |it| {
            (it.group, it.start, it.end) = (key.into(), Timestamp(start), Timestamp(start));
        }))
    };
    let process = |key: &'static str, sequence: u64, number: &str, start: u64| {
        line(Story::default().process_but(sequence, number, start, |it| it.group = Some(key.into())))
    };
    let mut events = vec![put("a", 1, "2", 0), process("a", 1, "2", 12_000), process("a", 0, "1", 36_000)];
    events.extend((0..30).flat_map(|count| {
        let number = (10 + count).to_string();
        [put("c", count, &number, count * 10_000), process("c", count, &number, count * 10_000)]
    }));
    let verdict_of = |settle_after| {
        let settings = CheckerSettings { settle_after, ..Default::default() };
        verdict(shards().into_iter().chain(events.clone()), settings)
    };
    let (live, whole) = (verdict_of(Some(Duration::from_millis(100))), verdict_of(None));
    let violations = |verdict: &Verdict| (verdict.process_order.violations, verdict.forgotten.undecided);
    assert_eq!((violations(&live), violations(&whole)), ((1, 0), (1, 0)), "{live}\n{whole}");
}

/// Producer 2's record precedes that of producer 1, which is processed, and old, long before.
#[test]
fn a_record_waits_to_be_forgotten_for_those_of_other_producers_that_it_may_have_overtaken() {
    let order = |producer: u64| Order { producer: ProducerId::from_bits(producer), sequence: 0 };
    let line = |story: Story| story.events.into_iter().next_back().unwrap();
    let put = |producer: u64, number: &str, start: u64| {
        line(Story::default().put_but(0, number, |it| {
            (it.order, it.start, it.end) = (Some(order(producer)), Timestamp(start), Timestamp(start + 1000));
        }))
    };
    let process = |producer: u64, number: &str, start: u64| {
        line(Story::default().process_but(0, number, start, |it| it.order = Some(order(producer))))
    };
    let mut events = vec![put(2, "1", 0), put(1, "2", 10_000), process(1, "2", 20_000)];
    events.extend((0..30).flat_map(|k| {
        let other = |it: &mut Produce| {
            (it.group, it.start, it.end) = ("c".into(), Timestamp(k * 10_000), Timestamp(k * 10_000))
        };
        let number = (10 + k).to_string();
        let processed = |it: &mut Process| it.group = Some("c".into());
        [
            line(Story::default().put_but(k, &number, other)),
            line(Story::default().process_but(k, &number, k * 10_000, processed)),
        ]
    }));
    events.push(process(2, "1", 300_000));
    let settle_after = Some(Duration::from_millis(100));
    let live = verdict(shards().into_iter().chain(events), CheckerSettings { settle_after, ..Default::default() });
    assert_eq!((live.process_order.violations, live.forgotten), (1, Forgotten::default()), "{live}");
}
