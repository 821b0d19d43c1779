//! The bytes as a line of a history, as values in one, and as a file that holds a history.

#![no_main]

use kinetrace::history::Event;
use kinetrace_testbed::checker::{CheckerSettings, History, Verdict};
use libfuzzer_sys::fuzz_target;

const PRODUCE: &str = r#"{"event":"produce","stream":"flights","group":"N14228","order":{"producer":"00000000000000ab","sequence":7},"outcome":"acknowledged","shard":"shardId-000000000000","sequence_number":"4959","sub_sequence_number":3,"start":1,"end":2,"context":{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7"},"payload_crc32":0}"#;

const PROCESS: &str = r#"{"event":"process","stream":"flights","group":"N14228","shard":"shardId-000000000000","sequence_number":"4959","sub_sequence_number":3,"order":null,"outcome":"succeeded","start":3,"end":4,"request_id":"r","format":"none","span":null,"relation":null,"context":null,"payload_crc32":0}"#;

const SHARD: &str = r#"{"event":"shard","stream":"flights","shard":"shardId-000000000000","first_hash_key":"0","last_hash_key":"340282366920938463463374607431768211455"}"#;

fuzz_target!(|bytes: &[u8]| {
    check_file(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    check(text);
    for (line, value) in [
        (PRODUCE, r#""N14228""#),
        (PRODUCE, r#""4959""#),
        (PRODUCE, r#""acknowledged""#),
        (PRODUCE, r#"{"producer":"00000000000000ab","sequence":7}"#),
        (PRODUCE, "7}"),
        (SHARD, r#""0""#),
        (SHARD, "340282366920938463463374607431768211455"),
    ] {
        check(&line.replacen(value, text, 1));
    }
});

/// A file is read whatever it holds. What stands before it is not lost, and what stands in it twice counts once.
fn check_file(bytes: &[u8]) {
    read(bytes);
    // After other text there is no gzip, UTF-16 or archive.
    let once = read(&[b"other text\n", bytes].concat());
    let after_pair = [PRODUCE.as_bytes(), b"\n", PROCESS.as_bytes(), b"\n", bytes].concat();
    let totals = |verdict: &Verdict| (verdict.totals.records, verdict.totals.processings);
    let verdict = read(&after_pair).expect("the pair");
    let (records, processings) = once.as_ref().map_or((0, 0), totals);
    let (with_pair, processed) = totals(&verdict);
    assert!((records.max(1)..=records + 1).contains(&with_pair), "{records} and a pair are {with_pair}");
    assert!((processings.max(1)..=processings + 1).contains(&processed), "{processings} and a pair are {processed}");
    let twice = read(&[&after_pair, &b"\n"[..], &after_pair].concat()).expect("the pair");
    assert_eq!(totals(&twice), totals(&verdict));
}

fn read(bytes: &[u8]) -> Option<Verdict> {
    let history = History::from_reader("fuzz", bytes, CheckerSettings::default()).ok()?;
    let verdict = history.checker.finish();
    assert!(!verdict.to_string().is_empty());
    Some(verdict)
}

/// What was read is written as one line, and is read again as the same.
fn check(line: &str) {
    let Ok(event) = serde_json::from_str::<Event>(line) else { return };
    let mut written = Vec::new();
    event.append_to(&mut written);
    assert_eq!(written.iter().filter(|&&byte| byte == b'\n').count(), 1);
    assert_eq!(serde_json::from_slice::<Event>(&written).expect("a line of ours"), event);
}
