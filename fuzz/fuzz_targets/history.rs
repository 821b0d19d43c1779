//! The bytes as a line of a history, and as values in one.

#![no_main]

use kinetrace::history::Event;
use libfuzzer_sys::fuzz_target;

const PRODUCE: &str = r#"{"event":"produce","stream":"flights","group":"N14228","order":{"producer":"00000000000000ab","sequence":7},"outcome":"acknowledged","shard":"shardId-000000000000","sequence_number":"4959","sub_sequence_number":3,"start":1,"end":2,"context":{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7"},"payload_crc32":0}"#;

const SHARD: &str = r#"{"event":"shard","stream":"flights","shard":"shardId-000000000000","first_hash_key":"0","last_hash_key":"340282366920938463463374607431768211455"}"#;

fuzz_target!(|bytes: &[u8]| {
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

/// What was read is written as one line, and is read again as the same.
fn check(line: &str) {
    let Ok(event) = serde_json::from_str::<Event>(line) else { return };
    let mut written = Vec::new();
    event.append_to(&mut written);
    assert_eq!(written.iter().filter(|&&byte| byte == b'\n').count(), 1);
    assert_eq!(serde_json::from_slice::<Event>(&written).expect("a line of ours"), event);
}
