//! The bytes as a store's text of what was processed, and as the parts of an item in a table.

#![no_main]

use kinetrace_consumer::Record;
use kinetrace_consumer::deduplicate::{Checksum, Progress, Verdict};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    check(text.parse().ok());
    let (runs, checksums) = text.split_once('/').unwrap_or((&text, ""));
    check(Progress::from_parts(runs, checksums.as_bytes()).ok());
    check(Progress::from_parts("0-57,59-131", bytes).ok());
});

/// What was read is written alike, and goes on as it should.
fn check(progress: Option<Progress>) {
    let Some(progress) = progress else { return };
    assert_eq!(progress.to_string().parse::<Progress>().expect("a text of ours"), progress);
    let parts = Progress::from_parts(&progress.runs(), &progress.checksums());
    assert_eq!(parts.expect("parts of ours"), progress);

    let [one, other] = ["1", "2"].map(|payload| Checksum::of(&Record::new("N14228", payload)));
    for sequence in [0, 58, 60, 131, u64::MAX] {
        // A repeat is one by its checksum: of two different ones, one at most can be.
        let is_repeat = |checksum| progress.verdict(sequence, checksum) == Verdict::Repeat;
        assert!(!(is_repeat(one) && is_repeat(other)), "{progress}");
        let after = progress.with(sequence, one, 100);
        let verdict = after.verdict(sequence, one);
        // Where many later ones were processed, or there are too many gaps, it is forgotten at once.
        assert!(matches!(verdict, Verdict::Repeat | Verdict::Forgotten | Verdict::Late), "{verdict:?} after {after}");
        assert_ne!(after.verdict(sequence, other), Verdict::Repeat, "{after}");
        assert!(after.checksums().len() <= 100 * 8, "{after}");
    }
}
