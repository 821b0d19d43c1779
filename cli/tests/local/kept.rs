//! Runs that keep everything.

use crate::events;
use crate::function;
use crate::running::{Running, consumer, run};

#[test]
fn a_run_of_flags_ends_with_a_verdict_that_its_history_bears_out() {
    let (directory, input) = events::file(60, 7);
    let history = directory.path().join("history.ndjson");
    let history = history.to_str().unwrap();
    let flags = ["--input", &input, "--group-by", "plane", "--rate", "500", "--once", "--history", history];
    let finished = Running::start_with(&consumer(), &[&["--shards", "2"][..], &flags].concat()).finish();
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    assert!(finished.stdout.contains("60 records of 7 keys: 60 acknowledged"), "{finished:#?}");
    assert!(finished.stdout.contains("verdict: kept"), "{finished:#?}");
    let verified = run(&["verify", "--history", history]);
    assert_eq!(verified.code, Some(0), "{verified:#?}");
}

#[test]
fn a_function_that_writes_no_lines_is_judged_by_what_is_seen_of_it() {
    let (directory, input) = events::file(60, 7);
    let history = directory.path().join("history.ndjson");
    let history = history.to_str().unwrap();
    let flags = ["--input", &input, "--group-by", "plane", "--rate", "500", "--once", "--history", history];
    let finished = Running::start_with(&function::flags("quiet"), &flags).finish();
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    assert!(finished.stdout.contains("60 processings: 60 records done"), "{finished:#?}");
    let verified = run(&["verify", "--history", history]);
    assert_eq!(verified.code, Some(0), "{verified:#?}");
}

#[test]
fn a_loop_ends_at_its_limit() {
    let (_directory, input) = events::file(10, 3);
    let flags = ["--input", &input, "--group-by", "plane", "--rate", "500", "--loop", "--limit", "35", "--once"];
    let finished = Running::start_with(&consumer(), &flags).finish();
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    assert!(finished.stdout.contains("35 records of 3 keys"), "{finished:#?}");
}
