//! Records that were handed to the business code together, as a handler of batches gets them.

use std::time::Duration;

use kinetrace::history::{BatchPlace, ProcessOutcome};

use super::*;

/// Records with their sequence numbers, in the order in which the business code got them.
type Records<'a> = &'a [(u64, &'a str)];

/// A batch of an invocation, from `start` until `end`.
fn batch(story: Story, (request, number): (&str, u64), (start, end): (u64, u64), records: Records<'_>) -> Story {
    (0..).zip(records).fold(story, |story, (index, (sequence, at))| {
        story.process_but(*sequence, at, start, |it| {
            (it.end.0, it.request_id) = (end, request.into());
            it.batch = Some(BatchPlace { number, index });
        })
    })
}

fn four() -> Story {
    Story::with_shards().put(0, "9").put(1, "10").put(2, "11").put(3, "12")
}

/// Which properties are violated how often, with clocks that agree, and with some that do not.
fn violated(story: &Story) -> [Vec<(&'static str, u64)>; 2] {
    [0, 1_000].map(|tolerance| {
        let clock_tolerance = Duration::from_micros(tolerance);
        let mut checker = Checker::new(CheckerSettings { clock_tolerance, ..Default::default() });
        story.events.iter().cloned().for_each(|event| checker.add(event));
        let verdict = checker.finish();
        let violated = verdict.properties().into_iter().filter(|it| it.violations > 0);
        violated.map(|it| (it.name, it.violations)).collect()
    })
}

const FIRST: Records<'static> = &[(0, "9"), (1, "10")];
const SECOND: Records<'static> = &[(2, "11"), (3, "12")];

#[test]
fn records_of_one_batch_do_not_overlap_and_those_of_two_that_do_are_found() {
    let first = || batch(four(), ("r", 0), (100, 200), FIRST);
    let none = |story: Story| batch(story, ("r", 1), (200, 300), SECOND);
    assert_eq!(violated(&none(first())), [vec![], vec![]]);
    for (what, story, expected) in [
        ("two of one invocation", batch(first(), ("r", 1), (150, 300), SECOND), 2),
        ("of one beginning", batch(first(), ("r", 1), (100, 300), SECOND), 2),
        ("one within the other", batch(first(), ("r", 1), (110, 190), SECOND), 2),
        ("two with one number", batch(first(), ("r", 0), (150, 300), SECOND), 2),
        (
            "one record next to a batch",
            first().process_but(2, "11", 150, request).process_but(3, "12", 210, request),
            1,
        ),
    ] {
        let [strict, tolerant] = violated(&story);
        assert_eq!(strict, [("no overlap", expected)], "{what}");
        assert_eq!(tolerant, strict, "an invocation has one clock: {what}");
    }
    let of_another = batch(first(), ("s", 0), (150, 300), SECOND);
    assert_eq!(violated(&of_another)[0], [("no overlap", 2)], "the same number in another invocation");
}

fn request(process: &mut Process) {
    process.request_id = "r".into();
}

/// Or a history could call everything one batch.
#[test]
fn what_claims_to_be_of_a_batch_without_a_place_of_its_own_there_overlaps() {
    let mut story = batch(four(), ("r", 0), (100, 200), FIRST);
    story = batch(story, ("r", 0), (100, 200), SECOND);
    assert_eq!(violated(&story)[0], [("process order", 1), ("no overlap", 1)]);
    let unbatched = FIRST
        .iter()
        .chain(SECOND)
        .fold(four(), |story, (sequence, number)| story.process_but(*sequence, number, 100, |it| it.end.0 = 200));
    assert_eq!(violated(&unbatched)[0], [("no overlap", 3)], "as lines without the field have it");
}

#[test]
fn a_batch_whose_records_are_not_in_production_order_is_found() {
    let all = [(0, "9"), (1, "10"), (2, "11"), (3, "12")];
    let in_order = batch(four(), ("r", 0), (100, 200), &all);
    assert_eq!(violated(&in_order), [vec![], vec![]]);
    let swapped = [(0, "9"), (2, "11"), (1, "10"), (3, "12")];
    let story = batch(four(), ("r", 0), (100, 200), &swapped);
    assert_eq!(violated(&story), [vec![("process order", 1)], vec![("process order", 1)]]);
    let backwards = batch(batch(four(), ("r", 0), (100, 200), SECOND), ("r", 1), (200, 300), FIRST);
    assert_eq!(violated(&backwards)[0], [("process order", 2)], "two batches");
}

#[test]
fn what_a_batch_did_not_get_to_comes_again_and_until_then_it_was_with_the_business_code() {
    let not_reached = |story: Story| {
        let mut story = batch(story, ("r", 0), (100, 200), &[(0, "9"), (1, "10"), (2, "11")]);
        for event in story.events.iter_mut().rev().take(2) {
            let Event::Process(process) = event else { panic!("{event:?}") };
            process.outcome = ProcessOutcome::NotReached;
        }
        story
    };
    let rest: Records<'_> = &[(1, "10"), (2, "11"), (3, "12")];
    assert_eq!(violated(&batch(not_reached(four()), ("s", 0), (200, 300), rest)), [vec![], vec![]]);
    let too_early = batch(not_reached(four()), ("r", 1), (150, 300), rest);
    assert_eq!(violated(&too_early)[0], [("no overlap", 3)]);
    assert_eq!(violated(&not_reached(four()))[0], [("no loss", 3)]);
}
