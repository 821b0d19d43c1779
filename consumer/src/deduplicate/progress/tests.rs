//! What was processed is known, what was not is never taken for it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::deduplicate::ParseProgressError;

fn progress(text: &str) -> Progress {
    text.parse().unwrap()
}

/// Of the payload `of`.
fn sum(of: u8) -> Checksum {
    Checksum::from_bytes([0, 0, 0, 0, 0, 0, 0, of])
}

/// As many as any of these tests needs.
const ALL: usize = 500;

#[test]
fn a_number_is_new_late_or_a_repeat() {
    use Verdict::{Conflict, Forgotten, Late, New, Repeat};
    let table = [
        ("", 0, New),
        ("", 7, New),
        ("0-0 0000000000000007", 0, Repeat),
        ("0-0 0000000000000008", 0, Conflict),
        ("0-0", 0, Forgotten),
        ("0-0", 1, New),
        ("0-57", 3, Forgotten),
        ("0-57", 58, New),
        // A put that timed out, committed after its repetition and its successor.
        ("0-9 00000000000000070000000000000009", 8, Repeat),
        ("0-9 00000000000000070000000000000009", 9, Conflict),
        ("0-9 00000000000000070000000000000009", 7, Forgotten),
        ("0-7,9-9 00000000000000070000000000000009", 7, Repeat),
        // The producer gave a record up, and it was in the stream after all.
        ("0-7,9-9", 8, Late),
        ("0-7,9-9", 10, New),
        // Deduplication began in the middle of the stream.
        ("500-600", 499, Late),
        ("500-600", 0, Late),
        ("0-18446744073709551615 0000000000000007", u64::MAX, Repeat),
        ("0-18446744073709551615 0000000000000007", 0, Forgotten),
    ];
    for (processed, sequence, verdict) in table {
        assert_eq!(progress(processed).verdict(sequence, sum(7)), verdict, "{sequence} after {processed:?}");
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
        assert_eq!(progress(before).with(sequence, sum(7), ALL).runs(), after, "{sequence} after {before:?}");
    }
}

/// As a filter of the mapping would have it: every other record arrives.
#[test]
fn with_too_many_gaps_the_lowest_run_is_forgotten_and_would_be_processed_again() {
    let filtered = (0..=64).fold(Progress::default(), |progress, k| progress.with(2 * k, sum(7), ALL));
    assert_eq!(filtered.runs.len(), MAX_RUNS);
    let verdicts = [0, 2, 128].map(|sequence| filtered.verdict(sequence, sum(7)));
    assert_eq!(verdicts, [Verdict::Late, Verdict::Repeat, Verdict::Repeat]);
    assert_eq!(filtered.checksums().len(), 8 * MAX_RUNS, "none of a number that is in no run");
}

/// What a store has to hold, and pay for.
#[test]
fn the_longest_text_has_less_than_three_kilobytes() {
    let longest = (0..=64).fold(Progress::default(), |progress, k| progress.with(u64::MAX - 2 * (64 - k), sum(7), ALL));
    assert_eq!(longest.runs().len(), 64 * 42 - 1);
    let usual = (0..1000).fold(Progress::default(), |progress, k| progress.with(k, sum(7), 100));
    assert_eq!((usual.runs().as_str(), usual.checksums().len()), ("0-999", 800));
}

#[test]
fn the_checksums_of_the_highest_numbers_are_kept_each_with_its_number() {
    type Case<'a> = (&'a str, &'a [(u64, u8)], usize, &'a str);
    let table: [Case<'_>; 9] = [
        ("in order", &[(0, 1), (1, 2), (2, 3)], 2, "0-2 00000000000000020000000000000003"),
        ("late", &[(0, 1), (2, 3), (1, 2)], 9, "0-2 000000000000000100000000000000020000000000000003"),
        (
            "late, and below those that are kept",
            &[(5, 1), (6, 2), (0, 3)],
            2,
            "0-0,5-6 00000000000000010000000000000002",
        ),
        ("late, with one between that is not known", &[(9, 9), (3, 4)], 1, "3-3,9-9 0000000000000009"),
        ("another one of the number", &[(0, 1), (1, 2), (0, 3)], 9, "0-1 00000000000000030000000000000002"),
        ("another one of the last", &[(0, 1), (1, 2), (1, 3)], 9, "0-1 00000000000000010000000000000003"),
        ("the same one", &[(0, 1), (0, 1)], 9, "0-0 0000000000000001"),
        ("a forgotten one", &[(0, 1), (1, 2), (0, 3)], 1, "0-1 0000000000000002"),
        ("none", &[(0, 1)], 0, "0-0"),
    ];
    for (name, numbers, remembered, text) in table {
        let processed =
            numbers.iter().fold(Progress::default(), |it, &(number, of)| it.with(number, sum(of), remembered));
        assert_eq!(processed.to_string(), text, "{name}");
    }
    let old = progress("0-5");
    assert_eq!(old.with(6, sum(1), 9).with(5, sum(2), 9).to_string(), "0-6 00000000000000020000000000000001");
    assert_eq!(old.with(6, sum(1), 9).with(4, sum(2), 9).to_string(), "0-6 0000000000000001");
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

#[test]
fn anything_but_whole_checksums_of_numbers_in_the_runs_is_refused() {
    let one = "0000000000000001";
    for text in [
        "0-5 ",
        "0-5 00",
        &format!("0-5 {one}0"),
        &format!("0-0 {one}{one}"),
        &format!(" {one}"),
        "0-5 000000000000000A",
        "0-5 +000000000000001",
        "0-5 00000000 0000001",
        "0-5 0000000000000é",
    ] {
        let error = text.parse::<Progress>().unwrap_err();
        assert!(matches!(error, ParseProgressError::Checksums(_)), "{text}: {error}");
    }
    assert!(Progress::from_parts("0-99999", &[0; 80_000]).is_ok());
    assert!(Progress::from_parts("0-99999", &[0; 80_008]).is_err());
    assert!(Progress::from_parts("0-5", &[0; 7]).is_err());
}

proptest! {
    /// Against a map that forgets nothing.
    #[test]
    fn what_was_not_processed_is_never_a_repeat_and_what_was_is_one_while_it_is_remembered(
        numbers in prop::collection::vec((0_u64..300, 0_u8..3), 0..300),
        remembered in 0_usize..400,
    ) {
        let (mut progress, mut all, mut forgot) = (Progress::default(), BTreeMap::new(), false);
        for (number, of) in numbers {
            progress = progress.with(number, sum(of), remembered);
            all.insert(number, of);
            forgot |= progress.runs.len() == MAX_RUNS;
            prop_assert!(progress.runs.len() <= MAX_RUNS && progress.checksums.len() <= remembered);
        }
        forgot |= all.len() > remembered;
        for asked in 0..301 {
            for of in 0..3 {
                let is_it = all.get(&asked) == Some(&of);
                match progress.verdict(asked, sum(of)) {
                    Verdict::Repeat => prop_assert!(is_it, "{asked} after {progress}"),
                    Verdict::New | Verdict::Late => prop_assert!(forgot || !all.contains_key(&asked), "{asked} after {progress}"),
                    Verdict::Conflict => prop_assert!(!is_it && all.contains_key(&asked), "{asked} after {progress}"),
                    Verdict::Forgotten => prop_assert!(forgot && all.contains_key(&asked), "{asked} after {progress}"),
                }
            }
        }
        prop_assert_eq!(&progress.to_string().parse::<Progress>().unwrap(), &progress);
        prop_assert_eq!(&Progress::from_parts(&progress.runs(), &progress.checksums()).unwrap(), &progress);
    }
}
