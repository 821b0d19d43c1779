//! Tumbling windows in the lanes of a shard.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn settings() -> Settings {
    Settings { tumbling_window: Some(Duration::from_secs(10)), parallelization_factor: 4, ..Settings::default() }
}

fn lanes(settings: Settings, arrivals: &[i64]) -> Lanes {
    let mut lanes = Lanes::new(settings, 7);
    for (number, &seconds) in arrivals.iter().enumerate() {
        lanes.push(Record { arrival_millis: seconds * 1_000, ..record(&format!("key-{number}"), number) });
    }
    lanes
}

/// The next batch in words, and its answer.
fn step(lanes: &mut Lanes, outcome: &Outcome, state: &str) -> String {
    let Some(batch) = lanes.take() else { return "nothing".into() };
    assert!(lanes.take().is_none(), "two batches with one state");
    let window = lanes.window(&batch).unwrap();
    let last = if window.is_final { " last" } else { "" };
    let words = format!("{} {} in {}{last}", numbers(&batch.records).concat(), window.state, &window.start[17..19]);
    if !matches!(outcome, Outcome::Failure { .. }) {
        lanes.keep(Some(state.into()));
    }
    lanes.settle(batch, outcome);
    words
}

#[test]
fn the_state_goes_from_batch_to_batch_and_is_dropped_with_its_window() {
    let mut lanes = lanes(Settings { batch_size: 2, ..settings() }, &[1, 2, 3, 11, 12]);
    let steps = ["A", "B", "-", "C", "-"].map(|state| step(&mut lanes, &Outcome::Success, state));
    assert_eq!(steps, ["01 {} in 00", "2 A in 00", " B in 00 last", "34 {} in 10", "nothing"]);
    assert!(!lanes.is_empty(), "a window is open");
    lanes.end();
    assert_eq!(step(&mut lanes, &Outcome::Success, ""), " C in 10 last");
    assert!(lanes.is_empty());
}

#[test]
fn a_failed_invocation_leaves_the_state_as_it_was_and_a_partial_one_takes_it_over() {
    let mut lanes = lanes(settings(), &[1, 2, 3, 11]);
    let (success, partial) = (Outcome::Success, rewind(1));
    let outcomes =
        [(&partial, "A"), (&failure(), "B"), (&success, "C"), (&failure(), ""), (&success, ""), (&success, "")];
    let steps = outcomes.map(|(outcome, state)| step(&mut lanes, outcome, state));
    let expected = ["012 {} in 00", "12 A in 00", "12 A in 00", " C in 00 last", " C in 00 last", "3 {} in 10"];
    assert_eq!(steps, expected);
}

#[test]
fn the_end_of_a_window_that_fails_holds_up_the_shard_until_its_attempts_are_used_up() {
    let mut lanes = lanes(Settings { maximum_retry_attempts: Some(1), ..settings() }, &[1, 11]);
    let steps = [&Outcome::Success, &failure(), &failure(), &Outcome::Success].map(|it| step(&mut lanes, it, "A"));
    assert_eq!(steps, ["0 {} in 00", " A in 00 last", " A in 00 last", "1 {} in 10"]);
}

#[test]
fn a_window_that_gets_nothing_more_ends_within_two_minutes_of_its_end_once_reads_have_caught_up() {
    let mut lanes = lanes(settings(), &[1]);
    step(&mut lanes, &Outcome::Success, "A");
    lanes.tick(10_000 + 120_000);
    assert_eq!(step(&mut lanes, &Outcome::Success, ""), "nothing", "more may be about to be read");
    lanes.caught_up();
    assert_eq!(step(&mut lanes, &Outcome::Success, ""), " A in 00 last");
}

#[test]
fn a_batch_whose_window_is_full_is_not_gathered_any_longer() {
    let gathering = Settings { maximum_batching_window: Duration::from_secs(300), ..settings() };
    let mut lanes = lanes(gathering, &[1, 2]);
    assert_eq!(step(&mut lanes, &Outcome::Success, ""), "nothing");
    lanes.push(Record { arrival_millis: 10_000, ..record("b", 2) });
    assert_eq!(step(&mut lanes, &Outcome::Success, "A"), "01 {} in 00");
    assert_eq!(step(&mut lanes, &Outcome::Success, ""), " A in 00 last");
    assert_eq!(step(&mut lanes, &Outcome::Success, ""), "nothing");
}

proptest! {
    /// The state counts records, so whatever fails, a window ends with the number of those that arrived in it.
    #[test]
    fn every_window_ends_once_with_the_state_of_all_its_records(
        gaps in proptest::collection::vec(0..15_i64, 1..60),
        outcomes in proptest::collection::vec(proptest::option::of(0..4_usize), 0..60),
        batch_size in 1..8_usize,
        bisect in any::<bool>(),
    ) {
        let bisecting = Settings { batch_size, bisect_batch_on_function_error: bisect, ..settings() };
        let arrivals: Vec<_> = gaps.iter().scan(0, |at, gap| { *at += gap; Some(*at) }).collect();
        let mut lanes = lanes(bisecting, &arrivals);
        lanes.end();
        let (mut outcomes, mut ended) = (outcomes.into_iter(), Vec::new());
        while let Some(batch) = lanes.take() {
            let window = lanes.window(&batch).unwrap();
            let count: usize = window.state.parse().unwrap_or(0);
            let done = match outcomes.next().unwrap_or(Some(99)) {
                None => { lanes.settle(batch, &failure()); continue; }
                Some(done) => done.min(batch.records.len()),
            };
            if batch.records.is_empty() {
                prop_assert!(window.is_final);
                ended.push((window.start, count));
            }
            lanes.keep(Some((count + done).to_string()));
            let outcome = if done < batch.records.len() { rewind(done) } else { Outcome::Success };
            lanes.settle(batch, &outcome);
        }
        prop_assert!(lanes.is_empty());
        let mut expected = Vec::<(i64, usize)>::new();
        for window in arrivals.iter().map(|at| at / 10) {
            match expected.last_mut() {
                Some((last, count)) if *last == window => *count += 1,
                _ => expected.push((window, 1)),
            }
        }
        let starts: Vec<_> = expected.iter().map(|(start, _)| crate::utc::Utc::of(start * 10_000).to_seconds()).collect();
        prop_assert_eq!(ended, starts.into_iter().zip(expected.iter().map(|it| it.1)).collect::<Vec<_>>());
    }
}
