//! `kinetrace verify`, on the history of a demo and on what can become of it.

use std::sync::LazyLock;

use kinetrace::history::{Event, Process};

use crate::program::{Finished, file, run};

/// The history of a run in which every group has four records.
static HISTORY: LazyLock<String> = LazyLock::new(|| {
    let order = |number| format!(r#"{{"customer":"c{}","item":{number}}}"#, number % 5);
    let orders: Vec<_> = (0..20).map(order).collect();
    let (directory, input) = file("orders.ndjson", orders.join("\n"));
    let history = directory.path().join("history.ndjson");
    let demo = run(&["demo", "--input", &input, "--group-by", "customer", "--history", history.to_str().unwrap()]);
    assert_eq!(demo.code, Some(0), "{demo:#?}");
    std::fs::read_to_string(history).unwrap()
});

fn verify(history: &str) -> Finished {
    let (_directory, path) = file("history.ndjson", history);
    run(&["verify", "--history", &path])
}

fn events() -> Vec<Event> {
    HISTORY.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(events: &[Event]) -> String {
    events.iter().map(|event| serde_json::to_string(event).unwrap() + "\n").collect()
}

fn processings<'e>(events: &'e mut [Event]) -> Vec<&'e mut Process> {
    let process = |event: &'e mut Event| if let Event::Process(process) = event { Some(process) } else { None };
    events.iter_mut().filter_map(process).collect()
}

#[test]
fn the_history_of_a_demo_verifies() {
    let verdict = verify(&HISTORY);
    assert_eq!(verdict.code, Some(0), "{verdict:#?}");
    assert!(verdict.stdout.contains("20 records of 5 groups: 20 acknowledged"), "{}", verdict.stdout);
    assert!(verdict.stdout.ends_with("verdict: order kept, nothing lost\n"), "{}", verdict.stdout);
}

#[test]
fn a_history_among_other_lines_of_a_log_verifies() {
    let line = |line| format!("START RequestId: 1\n2026-01-07T09:00:00 2026/01/07/[$LATEST]abc {line}\nEND 1\n");
    let verdict = verify(&HISTORY.lines().map(line).collect::<String>());
    assert_eq!(verdict.code, Some(0), "{verdict:#?}");
}

#[test]
fn a_record_that_was_never_processed_is_found_and_named() {
    let mut events = events();
    let place = events.iter().rposition(|event| matches!(event, Event::Process(_))).unwrap();
    let Event::Process(lost) = events.remove(place) else { panic!("looked for a processing") };
    let verdict = verify(&text(&events));
    assert_eq!(verdict.code, Some(1), "{verdict:#?}");
    assert!(verdict.stdout.contains("\nno loss, 1 of 20:\n"), "{}", verdict.stdout);
    let named = |line: &str| line.contains(lost.sequence_number.as_str()) && line.ends_with("never processed");
    assert!(verdict.stdout.lines().any(named), "{}", verdict.stdout);
    assert!(verdict.stdout.ends_with("verdict: VIOLATED\n"), "{}", verdict.stdout);
}

#[test]
fn two_records_of_a_group_processed_in_the_wrong_order_are_found() {
    let mut events = events();
    let mut group = processings(&mut events);
    group.retain(|process| process.group.as_deref() == Some("c3"));
    let [first, second, ..] = &mut group[..] else { panic!("four records a group") };
    std::mem::swap(&mut first.start, &mut second.start);
    std::mem::swap(&mut first.end, &mut second.end);
    let verdict = verify(&text(&events));
    assert_eq!(verdict.code, Some(1), "{verdict:#?}");
    assert!(verdict.stdout.contains("\nprocess order, 1 of 20:\n"), "{}", verdict.stdout);
    assert!(!verdict.stdout.contains("\nno loss, "), "{}", verdict.stdout);
}

#[test]
fn two_records_of_a_group_processed_at_once_are_found() {
    let mut events = events();
    let mut group = processings(&mut events);
    group.retain(|process| process.group.as_deref() == Some("c3"));
    let [first, second, ..] = &mut group[..] else { panic!("four records a group") };
    first.end.0 = second.start.0 + 1;
    let verdict = verify(&text(&events));
    assert_eq!(verdict.code, Some(1), "{verdict:#?}");
    assert!(verdict.stdout.contains("\nno overlap, 1 of 20:\n"), "{}", verdict.stdout);
}

#[test]
fn a_history_that_proves_nothing_is_an_error_that_names_the_file() {
    let only = |kind: &str| HISTORY.lines().filter(|line| line.contains(kind)).collect::<Vec<_>>().join("\n");
    for (history, missing) in [
        (String::new(), "produce"),
        ("no history\n".to_owned(), "produce"),
        (only(r#""event":"produce""#), "process"),
        (only(r#""event":"process""#), "produce"),
    ] {
        let (_directory, path) = file("history.ndjson", history);
        run(&["verify", "--history", &path]).assert_error(2, &[&path, missing]);
    }
    run(&["verify", "--history", "/no/such/history"]).assert_error(2, &["/no/such/history", "No such file"]);
    run(&["verify", "--history", "/"]).assert_error(2, &["/", "directory"]);
}

#[test]
fn a_line_that_was_cut_off_is_an_error_that_names_file_and_line() {
    let lines: Vec<_> = HISTORY.lines().collect();
    for cut in [40, lines[2].len() - 1] {
        let mut lines = lines.clone();
        lines[2] = &lines[2][..cut];
        let (_directory, path) = file("history.ndjson", lines.join("\n"));
        run(&["verify", "--history", &path]).assert_error(2, &[&format!("{path}:3 ")]);
    }
}

#[test]
fn a_baseline_with_other_payloads_is_told_apart() {
    let mut events = events();
    let (_directory, traced) = file("traced.ndjson", &*HISTORY);
    let same = run(&["verify", "--history", &traced, "--baseline", &traced]);
    assert_eq!(same.code, Some(0), "{same:#?}");
    for event in &mut events {
        match event {
            Event::Produce(produce) => produce.payload_crc32 ^= 1,
            Event::Process(process) => process.payload_crc32 ^= 1,
            Event::Shard(_) => {}
        }
    }
    let (_directory, untraced) = file("untraced.ndjson", text(&events));
    let other = run(&["verify", "--history", &traced, "--baseline", &untraced]);
    assert_eq!(other.code, Some(1), "{other:#?}");
    assert!(other.stdout.contains("20 of 20 records differ from the baseline"), "{}", other.stdout);
}
