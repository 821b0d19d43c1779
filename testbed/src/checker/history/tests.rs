use super::*;

const SHARD: &str = r#"{"event":"shard","stream":"s","shard":"0","first_hash_key":"0","last_hash_key":"9"}"#;
const PRODUCE: &str = concat!(
    r#"{"event":"produce","stream":"s","group":"g","order":{"producer":"00000000000000ab","sequence":0},"#,
    r#""outcome":"acknowledged","shard":"0","sequence_number":"9","start":1,"end":2,"context":null,"payload_crc32":7}"#,
);
const PROCESS: &str = concat!(
    r#"{"event":"process","stream":"s","group":"g","shard":"0","sequence_number":"9","order":null,"#,
    r#""outcome":"succeeded","start":3,"end":4,"request_id":"r","format":"none","span":null,"relation":null,"#,
    r#""context":null,"payload_crc32":7}"#,
);

fn read(lines: &[&str]) -> Result<History, HistoryError> {
    let mut history = History { events: Vec::new(), skipped: 0 };
    history.append(Path::new("h.jsonl"), lines.join("\n").as_bytes(), &mut HashSet::new())?;
    history.complete(vec!["h.jsonl".into()])
}

#[test]
fn cloudwatch_output_is_read_and_what_is_no_event_is_skipped_and_counted() {
    let tail = format!("2026-01-02T03:04:05.678000+00:00 2026/01/02/[$LATEST]0123abcd {PROCESS}  ");
    let history = read(&[
        "START RequestId: 1 Version: $LATEST",
        SHARD,
        PRODUCE,
        "",
        &tail,
        r#"{"level":"INFO","message":"\"event\":\"process\""}"#,
        r#"{"fields":{"event":"process"}}"#,
        r#"{"event":"cold_start"}"#,
        r#"{"event":{"of":"process"}}"#,
        "{ not JSON }",
        "REPORT RequestId: 1 {Duration: 3 ms}",
    ]);
    let history = history.unwrap();
    assert_eq!((history.events.len(), history.skipped), (3, 8));
}

#[test]
fn a_broken_event_is_an_error_that_names_file_line_and_reason() {
    let unknown_outcome = PROCESS.replace("succeeded", "shrugged");
    let cut_off = &PROCESS[..90];
    let spaced = r#"x { "event" : "produce", "stream"#;
    for (broken, reason) in [(unknown_outcome.as_str(), "shrugged"), (cut_off, "EOF"), (spaced, "EOF")] {
        let error = read(&[PRODUCE, PROCESS, broken]).unwrap_err();
        assert!(error.to_string().starts_with("h.jsonl:3 "), "{error}");
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains(reason), "{source}");
    }
}

#[test]
fn an_event_that_was_read_twice_counts_once() {
    let history = read(&[PRODUCE, PROCESS, PRODUCE, PROCESS]).unwrap();
    assert_eq!(history.events.len(), 2);
}

#[test]
fn a_history_without_both_ends_is_an_error() {
    for (lines, missing) in [(vec![], "produce"), (vec![SHARD, PROCESS], "produce"), (vec![PRODUCE], "process")] {
        let error = read(&lines).unwrap_err().to_string();
        assert!(error.starts_with(&format!("no {missing} event in [\"h.jsonl\"]")), "{error}");
    }
}

#[test]
fn a_missing_file_is_an_error_that_names_it() {
    let error = History::read(&["/nowhere/h.jsonl"]).unwrap_err();
    assert!(error.to_string().contains("/nowhere/h.jsonl"), "{error}");
}
