//! What was processed is known, what was not is never taken for it.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn progress(text: &str) -> Progress {
    text.parse().unwrap()
}

#[test]
fn a_number_is_new_late_or_a_repeat() {
    use Verdict::{Late, New, Repeat};
    let table = [
        ("", 0, New),
        ("", 7, New),
        ("0-0", 0, Repeat),
        ("0-0", 1, New),
        ("0-57", 3, Repeat),
        ("0-57", 58, New),
        // A put that timed out, committed behind its repetition and its successor.
        ("0-9", 8, Repeat),
        // The producer gave a record up, and it was in the stream after all.
        ("0-7,9-9", 8, Late),
        ("0-7,9-9", 10, New),
        // Deduplication began in the middle of the stream.
        ("500-600", 499, Late),
        ("500-600", 0, Late),
        ("0-18446744073709551615", u64::MAX, Repeat),
    ];
    for (processed, sequence, verdict) in table {
        assert_eq!(progress(processed).verdict(sequence), verdict, "{sequence} after {processed:?}");
    }
}

#[test]
fn a_number_lengthens_a_run_joins_two_or_begins_one() {
    let table = [
        ("", 0, "0-0"),
        ("", 7, "7-7"),
        ("0-0", 1, "0-1"),
        ("0-0", 2, "0-0,2-2"),
        ("2-3", 1, "1-3"),
        ("2-3", 0, "0-0,2-3"),
        ("0-3,5-9", 4, "0-9"),
        ("0-3,9-9", 5, "0-3,5-5,9-9"),
        ("0-3,5-9", 7, "0-3,5-9"),
        ("0-18446744073709551614", u64::MAX, "0-18446744073709551615"),
        ("0-18446744073709551615", u64::MAX, "0-18446744073709551615"),
    ];
    for (before, sequence, after) in table {
        assert_eq!(progress(before).with(sequence).to_string(), after, "{sequence} after {before:?}");
    }
}

/// As a filter of the mapping would have it: every other record arrives.
#[test]
fn with_too_many_gaps_the_lowest_run_is_forgotten_and_would_be_processed_again() {
    let filtered = (0..=64).fold(Progress::default(), |progress, k| progress.with(2 * k));
    assert_eq!(filtered.runs.len(), MAX_RUNS);
    assert_eq!((filtered.verdict(0), filtered.verdict(2), filtered.verdict(128)), {
        (Verdict::Late, Verdict::Repeat, Verdict::Repeat)
    });
}

/// What a store has to hold, and pay for.
#[test]
fn the_longest_text_has_less_than_three_kilobytes() {
    let longest = (0..=64).fold(Progress::default(), |progress, k| progress.with(u64::MAX - 2 * (64 - k)));
    assert_eq!(longest.to_string().len(), 64 * 42 - 1);
}

#[test]
fn anything_but_ascending_runs_apart_is_refused() {
    for text in
        ["5", "5-", "-5", "5-4", "0-1,", ",0-1", "0-1,2-3", "0-5,3-9", "9-9,0-1", "+0-1", "0-99999999999999999999"]
    {
        let error = text.parse::<Progress>().unwrap_err().to_string();
        assert!(error.contains(&format!("{text:?}")), "{error}");
    }
    assert_eq!(progress(""), Progress::default());
}

proptest! {
    /// Against a set that forgets nothing.
    #[test]
    fn what_was_not_processed_is_never_a_repeat_and_what_was_is_one_while_gaps_are_few(
        numbers in prop::collection::vec(0_u64..300, 0..300),
    ) {
        let (mut progress, mut all, mut forgot) = (Progress::default(), BTreeSet::new(), false);
        for number in numbers {
            progress = progress.with(number);
            all.insert(number);
            forgot |= progress.runs.len() == MAX_RUNS;
            prop_assert!(progress.runs.len() <= MAX_RUNS);
        }
        for asked in 0..301 {
            match progress.verdict(asked) {
                Verdict::Repeat => prop_assert!(all.contains(&asked), "{asked} after {progress}"),
                _ => prop_assert!(forgot || !all.contains(&asked), "{asked} after {progress}"),
            }
        }
        prop_assert_eq!(&progress.to_string().parse::<Progress>().unwrap(), &progress);
    }
}
