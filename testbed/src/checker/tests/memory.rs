//! How much room a run takes that brings a new key with every record, as it does where ids are keys.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kinetrace::history::Timestamp;

use super::*;

fn checker() -> Checker {
    let settings = CheckerSettings { settle_after: Some(Duration::from_millis(100)), ..Default::default() };
    let mut checker = Checker::new(settings);
    Story::with_shards().events.into_iter().for_each(|event| checker.add(event));
    checker
}

/// Record `number`, and its processing.
fn add(checker: &mut Checker, number: u64) {
    let (key, place, start) =
        (format!("4c1e5f7e-8a11-4a49-9b1c-{number:012}"), (1_000_000 + number).to_string(), number * 1000);
    let story = Story::default().put_but(0, &place, |it| {
        (it.group, it.start, it.end) = (key.as_str().into(), Timestamp(start), Timestamp(start + 10));
    });
    let story = story.process_but(0, &place, start + 20, |it| it.group = Some(key.as_str().into()));
    story.events.into_iter().for_each(|event| checker.add(event));
}

/// In KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}

/// Run it by itself: `cargo test -p kinetrace-testbed --lib -- --ignored --nocapture room_that_keys_take`.
#[test]
#[ignore = "prints figures, and is for Linux"]
fn room_that_keys_take() {
    const KEYS: u64 = 100_000;
    let mut checker = checker();
    let mut before = resident();
    for hundred_thousands in 0..4 {
        (hundred_thousands * KEYS..(hundred_thousands + 1) * KEYS).for_each(|number| add(&mut checker, number));
        let after = resident();
        let (kept, bytes) = (checker.settled.len(), (after - before) * 1024 / KEYS);
        let began = Instant::now();
        let copy = checker.clone();
        let cloned = began.elapsed();
        assert!(copy.so_far(&|_, _, _| true).totals.records > 0);
        println!(
            "{kept} keys settled: {after} KiB, {bytes} bytes for each new key; a clone {cloned:?}, and with so_far {:?}, {} KiB",
            began.elapsed(),
            resident().saturating_sub(after)
        );
        drop(copy);
        before = resident();
    }
}

/// Or each judgement of a run that goes on would take as much room again as all keys do.
#[test]
fn a_clone_shares_what_is_settled() {
    let mut checker = checker();
    checker.least = 1;
    (0..1000).for_each(|number| add(&mut checker, number));
    let copy = checker.clone();
    assert!(checker.settled.len() > 500);
    assert!(checker.settled.iter().all(|(key, settled)| Arc::ptr_eq(settled, &copy.settled[key])));
    assert!(Arc::ptr_eq(&checker.names, &copy.names));
    let said = copy.so_far(&|_, _, _| true);
    (1000..2000).for_each(|number| add(&mut checker, number));
    assert_eq!((said.totals.groups, copy.finish().totals.groups, checker.finish().totals.groups), (1000, 1000, 2000));
}
