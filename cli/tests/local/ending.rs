//! How a run ends.

use std::path::Path;

use rustix::process::Signal;

use crate::events;
use crate::function;
use crate::running::{Finished, Running, consumer, tell};

/// Ends a run in its middle, and returns what it left.
fn end(by: Signal) -> Finished {
    let (_directory, input) = events::file(10, 3);
    // One that hangs while it begins takes 10 s of that.
    let flags = ["--input", &input, "--group-by", "plane", "--rate", "200", "--loop", "--grace", "60"];
    let mut running = Running::start_with(&consumer(), &flags);
    let page = running.page();
    // Only then there is an environment that it has to end.
    tell(&page, &["kill", "consumer/0"]);
    tell(&page, &["hang", "consumer/1"]);
    let children = children(running.id());
    assert!(!children.is_empty());
    running.signal(by);
    let finished = running.finish();
    let left: Vec<_> = children.iter().filter(|id| Path::new(&format!("/proc/{id}")).exists()).collect();
    assert!(left.is_empty(), "{left:?} are left of {children:?}");
    finished
}

/// The processes that a process has started and that run.
fn children(id: u32) -> Vec<u32> {
    let children = std::fs::read_dir(format!("/proc/{id}/task")).unwrap().flatten().flat_map(|task| {
        let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        children.split_whitespace().map(|id| id.parse().unwrap()).collect::<Vec<u32>>()
    });
    children.collect()
}

#[test]
fn at_an_interrupt_the_input_stops_everything_ends_and_the_verdict_is_out() {
    for signal in [Signal::INT, Signal::TERM] {
        let finished = end(signal);
        assert!(finished.stdout.contains("verdict: kept"), "{signal:?}: {finished:#?}");
        assert_eq!(finished.code, Some(0), "{signal:?}: {finished:#?}");
    }
}

#[test]
fn without_an_input_the_end_says_that_nothing_was_put() {
    let mut running = Running::start_with(&consumer(), &[]);
    running.page();
    running.signal(Signal::INT);
    let finished = running.finish();
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    assert!(finished.stdout.contains("verdict: INCOMPLETE: no record was put"), "{finished:#?}");
}

#[test]
fn what_still_waits_at_the_end_is_not_lost_but_the_verdict_is_incomplete() {
    let (_directory, input) = events::file(1, 1);
    let flags = ["--input", &input, "--group-by", "plane", "--grace", "1", "--timeout", "900"];
    let mut running = Running::start_with(&function::flags("stuck"), &flags);
    let page = running.page();
    tell(&page, &["hang", "plain/0"]);
    running.signal(Signal::INT);
    let finished = running.finish();
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    assert!(finished.stdout.contains("INCOMPLETE: 1 record still waited for a mapping"), "{finished:#?}");
}
