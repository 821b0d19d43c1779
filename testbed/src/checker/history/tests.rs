use super::super::verdict::Verdict;
use super::*;

mod cuts;
mod formats;
mod parts;

const SHARD: &str = r#"{"event":"shard","stream":"s","shard":"0","first_hash_key":"0","last_hash_key":"340282366920938463463374607431768211455"}"#;
const PRODUCE: &str = concat!(
    r#"{"event":"produce","stream":"s","group":"g","order":{"producer":"00000000000000ab","sequence":0},"#,
    r#""outcome":"acknowledged","shard":"0","sequence_number":"9","start":1,"end":2,"context":null,"payload_crc32":7}"#,
);
const PROCESS: &str = concat!(
    r#"{"event":"process","stream":"s","group":"g","shard":"0","sequence_number":"9","order":null,"#,
    r#""outcome":"succeeded","start":3,"end":4,"request_id":"r","format":"none","span":null,"relation":null,"#,
    r#""context":null,"payload_crc32":7}"#,
);

/// The verdict on lines of bytes, and how many were skipped. The last one has no line break.
fn read_bytes(lines: &[&[u8]]) -> Result<(Verdict, u64), HistoryError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("h.jsonl");
    std::fs::write(&path, lines.join(&b'\n')).unwrap();
    let History { checker, skipped } = History::read(&[path], CheckerSettings::default())?;
    Ok((checker.finish(), skipped))
}

fn read(lines: &[&str]) -> Result<(Verdict, u64), HistoryError> {
    read_bytes(&lines.iter().map(|line| line.as_bytes()).collect::<Vec<_>>())
}

/// Or who needs the events would have to read the files twice, and could not read standard input at all.
#[test]
fn each_event_is_shown_as_it_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let files = [("a.jsonl", [SHARD, PRODUCE].join("\n")), ("b.jsonl", ["START", PROCESS, PROCESS].join("\n"))];
    files.iter().for_each(|(name, text)| std::fs::write(directory.path().join(name), text).unwrap());
    let mut shown = Vec::new();
    let history =
        History::read_with(&[directory.path()], CheckerSettings::default(), |event| shown.push(event.clone())).unwrap();
    let expected = [SHARD, PRODUCE, PROCESS, PROCESS].map(|line| serde_json::from_str::<Event>(line).unwrap());
    assert_eq!((&*shown, history.skipped), (&expected[..], 1));
    assert_eq!(history.checker.finish().totals.processings, 1, "what stands there twice counts once");
}

/// What stands next to a history that holds, and how often it is unreadable.
fn unreadable(line: &[u8]) -> u64 {
    let (verdict, _) = read_bytes(&[SHARD.as_bytes(), PRODUCE.as_bytes(), PROCESS.as_bytes(), line]).unwrap();
    assert_eq!(verdict.totals.processed, 1, "the rest is checked: {verdict}");
    let count = verdict.completeness.total(Lack::UnreadableLines);
    assert_eq!(verdict.holds(), count == 0, "{verdict}");
    count
}

#[test]
fn cloudwatch_output_is_read_and_other_lines_are_skipped_and_counted() {
    let tail = format!("2026-01-02T03:04:05.678000+00:00 2026/01/02/[$LATEST]0123abcd {PROCESS}  ");
    let braces = format!("[app {{pod}} {{1}}] {PRODUCE}");
    let (verdict, skipped) = read(&[
        "START RequestId: 1 Version: $LATEST",
        SHARD,
        &braces,
        "",
        &tail,
        r#"{"level":"INFO","message":"\"event\":\"process\""}"#,
        r#"{"fields":{"event":"process"}}"#,
        r#"{"event":"cold_start"}"#,
        r#"{"event":{"of":"process"}}"#,
        "{ not JSON }",
        "{",
        r#"{"event"#.get(..3).unwrap(),
        "REPORT RequestId: 1 {Duration: 3 ms}",
    ])
    .unwrap();
    assert!(verdict.holds(), "{verdict}");
    assert_eq!((verdict.totals.records, verdict.totals.processings, skipped), (1, 1, 10));
}

#[test]
fn wherever_an_event_is_cut_off_it_is_missed() {
    let spaced = r#"x { "event" : "produce", "stream"#;
    for line in [PRODUCE, PROCESS, SHARD] {
        for end in 1..line.len() {
            assert_eq!(unreadable(&line.as_bytes()[..end]), 1, "{}", &line[..end]);
        }
    }
    assert_eq!(unreadable(spaced.as_bytes()), 1);
    assert_eq!(unreadable(&PROCESS.as_bytes()[60..]), 1, "its beginning is missing");
}

#[test]
fn other_peoples_bytes_are_skipped_unless_they_stand_in_an_event() {
    assert_eq!(unreadable(b"caf\xe9 {latte}"), 0);
    assert_eq!(unreadable(format!("caf{PROCESS}").replace("caf", "\u{e9}").as_bytes()), 0, "before an event");
    assert_eq!(unreadable(&[b"\xff ", PROCESS.as_bytes()].concat()), 0, "before an event");
    let inside = PROCESS.replace("\"g\"", "\"caf?\"").into_bytes();
    let inside: Vec<_> = inside.into_iter().map(|byte| if byte == b'?' { 0xe9 } else { byte }).collect();
    assert_eq!(unreadable(&inside), 1);
}

#[test]
fn a_broken_event_is_named_by_file_line_and_reason() {
    let unknown_outcome = PROCESS.replace("succeeded", "shrugged");
    for (broken, reason) in [(unknown_outcome.as_str(), "shrugged"), (&PROCESS[..90], "EOF")] {
        let (verdict, _) = read(&[PRODUCE, PROCESS, broken]).unwrap();
        let text = verdict.to_string();
        assert!(text.lines().any(|line| line.contains("h.jsonl:3: ") && line.contains(reason)), "{text}");
    }
}

/// Everybody who may put a record, and every service that is asked, chooses texts that get into logs.
#[test]
fn an_event_quoted_in_a_text_is_not_an_event() {
    let [produce, process] = [PRODUCE, PROCESS].map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let quoting = |said: &str| {
        let mut line = process.clone();
        line["error"] = said.into();
        line
    };
    let forged = PRODUCE.replace(r#""sequence":0"#, r#""sequence":1"#);
    let cut_off = &forged[..forged.len() - 30];
    let checksum = &forged[forged.len() - 40..];
    let said = [forged.as_str(), cut_off, checksum, &format!("denied: {forged}"), &format!("denied\n{forged}")];
    let of_others =
        |said: &str| serde_json::json!({"level": "ERROR", "message": format!("denied: {said}")}).to_string();
    for said in said {
        // Members are sorted, so the error comes before the event's name; and as they are logged.
        let sorted = quoting(said).to_string();
        let logged = PROCESS.replace(r#""outcome""#, &format!("\"error\":{},\"outcome\"", serde_json::json!(said)));
        for line in [sorted, logged] {
            for wrapped in [line.clone(), serde_json::json!({"log": line}).to_string()] {
                let (verdict, _) = read(&[&produce.to_string(), &wrapped, &of_others(&forged)]).unwrap();
                assert!(verdict.holds(), "{wrapped}\n{verdict}");
                assert_eq!((verdict.totals.records, verdict.totals.processings), (1, 1), "{wrapped}\n{verdict}");
            }
        }
    }
    let error = format!("\"error\":{},\"outcome\"", serde_json::json!(forged));
    let cut_off = PROCESS.replace(r#""outcome""#, &error).replace(r#","payload_crc32":7}"#, "");
    let (verdict, _) = read(&[PRODUCE, PROCESS, &cut_off]).unwrap();
    assert_eq!((verdict.totals.records, verdict.completeness.total(Lack::UnreadableLines)), (1, 1), "{verdict}");
    for before in ["", "  ", "2026-01-02T03:04:05Z stdout F ", "START\n", "[", "2026-01-02 a\n2026-01-02 b "] {
        let line = |line| serde_json::json!({"log": format!("{before}{line}\n")}).to_string();
        let (verdict, _) = read(&[&line(PRODUCE), &line(PROCESS)]).unwrap();
        assert!(verdict.holds(), "{before}: {verdict}");
    }
}

#[test]
fn an_event_that_was_read_twice_counts_once() {
    let (verdict, _) = read(&[PRODUCE, PROCESS, PRODUCE, PROCESS]).unwrap();
    assert_eq!((verdict.totals.records, verdict.totals.processings), (1, 1));
    assert!(verdict.holds(), "{verdict}");
}

#[test]
fn a_history_of_one_end_is_incomplete() {
    for (lines, lack) in [(vec![SHARD, PROCESS], Lack::Puts), (vec![PRODUCE], Lack::Processings)] {
        let (verdict, _) = read(&lines).unwrap();
        assert!(!verdict.holds() && verdict.completeness.total(lack) == 1, "{verdict}");
    }
}

#[test]
fn a_history_without_events_is_an_error_that_says_why() {
    let table: [(&[u8], &str); 15] = [
        (b"", "there is no line at all"),
        (b"START\nEND\n", "none of the 2 lines is one"),
        (SHARD.as_bytes(), "none of the 1 lines is one"),
        (&PRODUCE.as_bytes()[..50], "cannot be read, the first is"),
        (&serde_json::to_vec(&PROCESS[..50]).unwrap(), "cannot be read, the first is"),
        (b"\x1f\x8b\x08\x00", "breaks off"),
        (b"PK\x03\x04\x14\x00", "unzip"),
        (b"\x28\xb5\x2f\xfd\x04", "zstd -d"),
        (b"PAR1\x15\x04", "Parquet"),
        (br#"{"awslogs":{"data":"H4sIAAAAAAAAAHWPwQqCQBCGX0Xm7EFtK"}}"#, "base64 -d"),
        (br#"{"results":[[{"field":"@ptr","value":"x"}]],"status":"Complete"}"#, "has no field @message"),
        (br#"{"queryId":"12ab"}"#, "get-query-results"),
        (br#"{"logStreams":[{"logStreamName":"2026/01/02/[$LATEST]0123"}]}"#, "it lists log streams"),
        (br#"{"results":[],"statistics":{"recordsMatched":0.0},"status":"Running"}"#, "the status Running"),
        (br#"{"events":[{"timestamp":1,"mess"#, "not whole: "),
    ];
    for (bytes, reason) in table {
        let error = read_bytes(&[bytes]).unwrap_err().to_string();
        assert!(error.contains("h.jsonl") && error.contains(reason), "{reason:?} is not in {error}");
    }
}

#[test]
fn a_missing_file_is_an_error_that_names_it() {
    let error = History::read(&["/nowhere/h.jsonl"], CheckerSettings::default()).unwrap_err();
    assert!(error.to_string().contains("/nowhere/h.jsonl"), "{error}");
}

#[test]
fn a_directory_stands_for_the_files_in_it_but_for_what_an_export_leaves_beside_them() {
    let directory = tempfile::tempdir().unwrap();
    let empty = History::read(&[directory.path()], CheckerSettings::default()).unwrap_err().to_string();
    assert!(empty.contains("there is no file in it"), "{empty}");
    for (path, text) in [("aws-logs-write-test", &PROCESS[..40]), ("a/b/0.gz", PRODUCE), ("a/c/0.gz", PROCESS)] {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let verdict = History::read(&[directory.path()], CheckerSettings::default()).unwrap().checker.finish();
    assert!(verdict.holds() && verdict.totals.processed == 1, "{verdict}");
}

#[test]
fn a_line_about_partitions_is_read_from_a_log_and_says_where_a_key_belongs() {
    let partitions = r#"2026-01-02T03:04:05 {"event":"partitions","stream":"s","count":7,"partitioner":"murmur2"}"#;
    let (verdict, skipped) = read(&[partitions, PRODUCE, PROCESS]).unwrap();
    // murmur2 of "g" is 5 modulo 7, and the record is on 0.
    assert_eq!((verdict.placement.violations, skipped), (1, 0), "{verdict}");
    let newer = r#"{"event":"partitions","stream":"s","count":7,"partitioner":"of a later version"}"#;
    assert_eq!(unreadable(newer.as_bytes()), 1);
}
