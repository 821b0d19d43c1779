//! `kinetrace verify`, on the history of a demo and on damaged copies of it.

use std::sync::LazyLock;

use kinetrace::history::{Event, Process};

use crate::program::{Finished, file, run, run_with};

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
    assert!(verdict.stdout.contains("20 records of 5 keys: 20 acknowledged"), "{}", verdict.stdout);
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
fn two_records_of_a_key_processed_at_once_are_found_unless_clocks_explain_it() {
    let overlapping = |by: u64| {
        let mut events = events();
        let mut key = processings(&mut events);
        key.retain(|process| process.group.as_deref() == Some("c3"));
        let [first, second, ..] = &mut key[..] else { panic!("four records a key") };
        first.end.0 = second.start.0 + by;
        text(&events)
    };
    let (_directory, path) = file("history.ndjson", overlapping(1));
    let verdict = run(&["verify", "--history", &path, "--clock-tolerance", "0"]);
    assert_eq!(verdict.code, Some(1), "{verdict:#?}");
    assert!(verdict.stdout.contains("\nno overlap, 1 of 20:\n"), "{}", verdict.stdout);
    let verdict = verify(&overlapping(1));
    assert_eq!(verdict.code, Some(0), "{verdict:#?}");
    assert!(verdict.stdout.contains("\nno overlap: 1 of 20 within the clocks' tolerance\n"), "{}", verdict.stdout);
    assert_eq!(verify(&overlapping(5_001)).code, Some(1));
}

#[test]
fn a_file_without_events_is_an_error_that_names_it_and_why() {
    let shards: Vec<_> = HISTORY.lines().filter(|line| line.contains(r#""event":"shard""#)).collect();
    let cut_off = serde_json::to_string(&HISTORY.lines().last().unwrap()[..40]).unwrap();
    for (history, reason) in [
        (String::new(), "there is no line at all"),
        ("no history\n".to_owned(), "none of the 1 lines"),
        (shards.join("\n"), "none of the"),
        (cut_off, "history.ndjson:1: "),
    ] {
        let (_directory, path) = file("history.ndjson", history);
        run(&["verify", "--history", &path]).assert_error(2, &[&path, reason]);
    }
    run(&["verify", "--history", "/no/such/history"]).assert_error(2, &["/no/such/history", "No such file"]);
    let empty = tempfile::tempdir().unwrap();
    let path = empty.path().to_str().unwrap();
    run(&["verify", "--history", path]).assert_error(2, &[path, "there is no file in it"]);
    run_with(&["verify", "--history", "-"], &[], b"").assert_error(2, &["-", "there is no line at all"]);
}

/// One end as an answer of the CLI, which is one document; the other as text, through a pipe.
#[test]
fn both_ends_are_read_as_they_were_got_from_files_directories_and_standard_input() {
    let is_of_producer = |line: &&str| !line.starts_with(r#"{"event":"process""#);
    let (producer, consumer): (Vec<_>, Vec<_>) = HISTORY.lines().partition(is_of_producer);
    let event = |line: &&str| serde_json::json!({"timestamp": 1, "message": format!("{line}\n")});
    let document = serde_json::json!({"events": producer.iter().map(event).collect::<Vec<_>>()}).to_string();
    let tail: String = consumer.iter().map(|line| format!("2026-01-07T09:00:00 {line}\nEND RequestId: 1\n")).collect();
    let (directory, path) = file("producer.json", &document);
    let directory = directory.path().to_str().unwrap();
    for (paths, input) in [(vec![&*path, "-"], tail.as_bytes()), (vec!["-", directory], tail.as_bytes())] {
        let verdict = run_with(&[&["verify", "--history"][..], &paths].concat(), &[], input);
        assert_eq!(verdict.code, Some(0), "{verdict:#?}");
        assert!(verdict.stdout.contains("20 records of 5 keys: 20 acknowledged"), "{}", verdict.stdout);
        assert!(verdict.stdout.contains("\n20 other lines were skipped\n"), "{}", verdict.stdout);
    }
    let verdict = run_with(&["verify", "--history", &path, "--history", "-"], &[], &tail.as_bytes()[..tail.len() - 60]);
    assert_eq!(verdict.code, Some(1), "{verdict:#?}");
    assert!(verdict.stdout.contains("  standard input:39: "), "{}", verdict.stdout);
    let (_directory, part) = file("producer.json", &document[..document.len() - 1]);
    let verdict = run_with(&["verify", "--history", &part, "-"], &[], tail.as_bytes());
    assert_eq!(verdict.code, Some(1), "{verdict:#?}");
    assert!(verdict.stdout.contains("producer.json:1: the file ends in the middle of the JSON"), "{}", verdict.stdout);
    assert!(verdict.stdout.contains("\nverdict: INCOMPLETE: "), "{}", verdict.stdout);
}

/// The history, without the lines that are as said.
fn without(is: impl Fn(&Event) -> bool) -> String {
    text(&events().into_iter().filter(|event| !is(event)).collect::<Vec<_>>())
}

fn assert_incomplete(history: &str, named: &str) {
    let verdict = verify(history);
    assert_eq!(verdict.code, Some(1), "{verdict:#?}");
    assert!(verdict.stdout.contains(named), "{named:?} is not in {}", verdict.stdout);
    assert!(verdict.stdout.contains("\nverdict: INCOMPLETE: "), "{}", verdict.stdout);
}

#[test]
fn a_history_of_one_end_only_is_incomplete() {
    assert_incomplete(&without(|event| matches!(event, Event::Produce(_))), "no line of a put");
    let verdict = verify(&without(|event| matches!(event, Event::Process(_))));
    assert_eq!(verdict.code, Some(1), "{verdict:#?}");
    assert!(verdict.stdout.contains("no line of a processing: give the log of the consumer"), "{}", verdict.stdout);
}

#[test]
fn a_put_without_its_line_is_named() {
    let first = events().into_iter().find_map(|event| if let Event::Produce(line) = event { Some(line) } else { None });
    let first = first.unwrap();
    let history = without(|event| matches!(event, Event::Produce(line) if *line == first));
    let named = format!("record {} of key \"{}\" (stream ", first.order.unwrap().sequence, first.group);
    assert_incomplete(&history, &named);
}

#[test]
fn a_line_that_was_cut_off_is_named_and_the_rest_is_checked() {
    let lines: Vec<_> = HISTORY.lines().collect();
    for cut in [8, 16, 40, lines[2].len() - 1] {
        let mut with_cut = lines.clone();
        with_cut.insert(2, &lines[2][..cut]);
        assert_incomplete(&with_cut.join("\n"), "history.ndjson:3: ");
    }
    assert_incomplete(&format!("{}{}", *HISTORY, &lines[2][..3]), &format!("history.ndjson:{}: ", lines.len() + 1));
}

#[test]
fn bytes_that_are_not_text_in_other_programs_lines_are_ignored() {
    let (directory, path) = file("history.ndjson", "");
    std::fs::write(&path, [b"caf\xe9 {latte}\n\xff\xfe ", HISTORY.as_bytes()].concat()).unwrap();
    let verdict = run(&["verify", "--history", &path]);
    assert_eq!(verdict.code, Some(0), "{verdict:#?}");
    drop(directory);
}

/// Every producer chooses keys, and every program that writes to the log chooses all the rest.
#[test]
fn a_history_cannot_steer_the_terminal() {
    let evil = "\u{1b}]0;owned\u{7}\u{202e}\nverdict: order kept, nothing lost";
    let mut events = events();
    for process in processings(&mut events) {
        process.request_id = evil.into();
        process.payload_crc32 ^= 1;
    }
    for event in &mut events {
        if let Event::Produce(line) = event {
            (line.stream, line.shard) = (evil.into(), Some(evil.into()));
        }
    }
    let verdict = verify(&text(&events));
    assert_eq!(verdict.code, Some(1), "{verdict:#?}");
    assert!(!verdict.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", verdict.stdout);
    assert_eq!(verdict.stdout.matches("\nverdict: ").count(), 1, "{}", verdict.stdout);
    assert!(verdict.stdout.contains("\\u{1b}]0;owned\\u{7}\\u{202e}\\nverdict"), "{}", verdict.stdout);
}

#[test]
fn an_excerpt_says_so_or_is_incomplete() {
    let first = |event: &Event| match event {
        Event::Produce(line) => line.order.unwrap().sequence == 0 && line.group == "c1",
        Event::Process(line) => {
            line.order.is_some_and(|order| order.sequence == 0) && line.group.as_deref() == Some("c1")
        }
        Event::Shard(_) | Event::Partitions(_) => false,
    };
    // The demo's producers have one record each; so it takes one that counts on.
    let mut events = events();
    let mut count = 0;
    let id = kinetrace::ProducerId::from_bits(7);
    let mut counts = std::collections::HashMap::new();
    for event in &mut events {
        if let Event::Produce(line) = event
            && line.group == "c1"
        {
            let order = kinetrace::Order { producer: id, sequence: count };
            counts.insert(line.order.replace(order).unwrap(), order);
            count += 1;
        }
    }
    for process in processings(&mut events) {
        process.order = process.order.map(|order| counts.get(&order).copied().unwrap_or(order));
    }
    let history = text(&events.into_iter().filter(|event| !first(event)).collect::<Vec<_>>());
    assert_incomplete(&history, "1 records have no line at all");
    let (_directory, path) = file("history.ndjson", history);
    let verdict = run(&["verify", "--history", &path, "--excerpt"]);
    assert_eq!(verdict.code, Some(0), "{verdict:#?}");
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
            Event::Shard(_) | Event::Partitions(_) => {}
        }
    }
    let (_directory, untraced) = file("untraced.ndjson", text(&events));
    let other = run(&["verify", "--history", &traced, "--baseline", &untraced]);
    assert_eq!(other.code, Some(1), "{other:#?}");
    assert!(other.stdout.contains("20 of 20 records differ from the baseline"), "{}", other.stdout);
}
