use kinetrace::history::ProcessOutcome;

use super::*;

fn process(start: u64, end: u64) -> Process {
    let mut process = Process::new(
        "flights",
        "shardId-000000000000",
        "8",
        ProcessOutcome::Succeeded,
        Timestamp(start),
        Timestamp(end),
    );
    process.request_id = "request-1".into();
    process
}

#[test]
fn a_line_names_its_key_as_it_was_chosen_and_nothing_else_in_it_changes() {
    let keyed = KeyNames::keyed("0123456789abcdef").unwrap();
    for (names, key) in [(KeyNames::default(), Some("N14228")), (KeyNames::hashed(), Some("N14228")), (keyed, None)] {
        let (sent, lines) = std::sync::mpsc::channel();
        let mut written = process(1, 2);
        written.group = key.map(Into::into);
        RecordLog::new(move |line| sent.send(line).unwrap()).key_names(names.clone()).write(written.clone());
        written.group = key.map(|key| names.name(key).as_ref().into());
        assert_eq!(lines.recv().unwrap(), written, "{names:?}");
    }
}

#[test]
fn lines_wait_for_one_another_but_neither_long_nor_until_there_are_many() {
    let mut lines = Lines::default();
    assert!(!lines.add(process(1_000, 1_001)));
    assert!(!lines.add(process(1_002, 50_999)));
    assert!(lines.add(process(2_000, 51_000)), "50 ms after the first began");
    lines.text.clear();
    assert!(!lines.add(process(51_001, 51_002)), "the first again");
    let line = lines.text.len();
    let more = (1..).find(|_| lines.add(process(51_003, 51_004)));
    assert_eq!(more, Some(ENOUGH.div_ceil(line) - 1));
}
