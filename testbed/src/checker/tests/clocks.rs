//! Histories of hosts whose clocks differ.

use std::time::Duration;

use kinetrace::history::Timestamp;

use super::*;

fn with_tolerance(story: &Story, micros: u64) -> Verdict {
    let clock_tolerance = Duration::from_micros(micros);
    let mut checker = Checker::new(CheckerSettings { clock_tolerance, ..Default::default() });
    story.events.iter().cloned().for_each(|event| checker.add(event));
    checker.finish()
}

/// Violations, and what is within the tolerance, of stream order, process order, and no overlap.
fn found(story: &Story, micros: u64) -> [(u64, u64); 3] {
    let verdict = with_tolerance(story, micros);
    let properties = [&verdict.stream_order, &verdict.process_order, &verdict.no_overlap];
    assert_eq!(verdict.holds(), properties.iter().all(|it| it.violations == 0), "{verdict}");
    properties.map(|it| (it.violations, it.within_tolerance))
}

/// Record 0 is processed at 10,000 µs for 10 µs, record 1 so much later.
fn apart(by: i64, in_one_invocation: bool) -> Story {
    let start = 10_000_u64.checked_add_signed(by).unwrap();
    let same = |it: &mut Process| {
        if in_one_invocation {
            it.request_id = "one".into();
        }
    };
    Story::with_shards().put(0, "9").process_but(0, "9", 10_000, same).put(1, "10").process_but(1, "10", start, same)
}

#[test]
fn a_difference_that_clocks_explain_is_counted_and_not_a_violation() {
    let table = [
        ("in order", apart(10, false), 0, [(0, 0), (0, 0), (0, 0)]),
        ("0.8 ms fast, and records 0.6 ms apart", apart(-200, false), 800, [(0, 0), (0, 1), (0, 0)]),
        ("at the same time", apart(5, false), 800, [(0, 0), (0, 0), (0, 1)]),
        ("just within", apart(-800, false), 800, [(0, 0), (0, 1), (0, 0)]),
        ("just beyond", apart(-801, false), 800, [(0, 0), (1, 0), (0, 0)]),
        ("no tolerance", apart(-1, false), 0, [(0, 0), (1, 0), (1, 0)]),
        ("one invocation has one clock", apart(-200, true), 800, [(0, 0), (1, 0), (0, 0)]),
        ("one invocation has one clock, at the same time", apart(5, true), 800, [(0, 0), (0, 0), (1, 0)]),
    ];
    for (name, story, tolerance, expected) in table {
        assert_eq!(found(&story, tolerance), expected, "{name}");
    }
}

#[test]
fn an_overlap_within_an_invocation_is_found_beside_a_longer_processing_of_another() {
    let of = |request: &'static str, end: u64| {
        move |it: &mut Process| (it.request_id, it.end) = (request.into(), Timestamp(end))
    };
    let story = Story::with_shards()
        .put(0, "9")
        .process_but(0, "9", 1000, of("one", 1100))
        .process_but(0, "9", 1000, of("other", 1200))
        .process_but(0, "9", 1050, of("one", 1060));
    assert_eq!(found(&story, 500), [(0, 0), (0, 0), (1, 1)]);
}

#[test]
fn an_inversion_within_an_invocation_is_found_beside_a_later_record_of_another() {
    let of = |request: &'static str| move |it: &mut Process| it.request_id = request.into();
    let story = Story::with_shards()
        .put(0, "9")
        .process_but(0, "9", 1100, of("one"))
        .put(1, "10")
        .process_but(1, "10", 1200, of("other"))
        .put(2, "11")
        .process_but(2, "11", 1000, of("one"));
    assert_eq!(found(&story, 500)[1], (1, 0));
}

#[test]
fn producers_whose_clocks_may_explain_it_have_no_order() {
    let two = ProducerId::from_bits(2);
    let second = |start: u64| {
        let first = Story::with_shards().put_but(0, "9", |it| it.end = Timestamp(100)).process(0, "9", 10_000);
        let put = first.put_but(0, "8", |it| {
            (it.order.as_mut().unwrap().producer, it.start, it.end) = (two, Timestamp(start), Timestamp(start + 10));
        });
        put.process_but(0, "8", 20_000, |it| it.order.as_mut().unwrap().producer = two)
    };
    assert_eq!(found(&second(900), 800)[0], (0, 1));
    assert_eq!(found(&second(901), 800)[0], (1, 0));
}

#[test]
fn the_verdict_tells_what_was_within_the_tolerance() {
    let text = with_tolerance(&apart(-200, false), 800).to_string();
    assert!(text.contains("process order: 1 of 2 within the clocks' tolerance"), "{text}");
}
