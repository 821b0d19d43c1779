//! Which records an answer names, and which the business code got by then, in which order.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::history::ProcessOutcome;
use kinetrace_consumer::kafka::Answer;
use kinetrace_consumer::{Failure, Handler, Record};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

use super::world::{Invoker, Outcome, event};
use crate::script::act;

const PLENTY: u64 = 60_000;
const NONE: u64 = 50;

/// What it is about; how many at once; the time left; for each partition its records, as `script.rs` has them, whose
/// offsets are 8, 9, 10, …; those that are handed over, with a `!` after what failed, and a `~` after what was skipped; where
/// each partition is to start again.
type Row = (&'static str, usize, u64, &'static [&'static str], &'static str, &'static str);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    ("no partition",                              1, PLENTY, &[],                                  "",                          ""),
    ("an empty partition",                        1, PLENTY, &["", "ok"],                          "1/8",                       ""),
    ("all are well",                              1, PLENTY, &["ok ok", "ok"],                     "0/8 0/9 1/8",               ""),
    ("the first of all fails",                    1, PLENTY, &["fail ok", "ok"],                   "0/8! 1/8",                  "0/8"),
    ("one in the middle fails",                   1, PLENTY, &["ok fail ok", "ok ok"],             "0/8 0/9! 1/8 1/9",          "0/9"),
    ("the last of all fails",                     1, PLENTY, &["ok", "ok fail"],                   "0/8 1/8 1/9!",              "1/9"),
    ("each partition fails by itself",            1, PLENTY, &["fail ok", "ok fail ok", "ok"],     "0/8! 1/8 1/9! 2/8",         "0/8 1/9"),
    ("the first of every partition fails",        1, PLENTY, &["fail ok", "fail"],                 "0/8! 1/8!",                 "0/8 1/8"),
    ("one alone fails",                           1, PLENTY, &["fail"],                            "0/8!",                      "0/8"),
    ("a panic before there is a future",          1, PLENTY, &["ok instantly ok", "ok"],           "0/8 0/9! 1/8",              "0/9"),
    ("a panic after the first await",             1, PLENTY, &["ok panic ok", "ok"],               "0/8 0/9! 1/8",              "0/9"),
    ("one is skipped",                            1, PLENTY, &["ok skip ok", "skip"],              "0/8 0/9~ 0/10 1/8~",        ""),
    ("a failure after a skip",                    1, PLENTY, &["skip fail ok", "ok"],              "0/8~ 0/9! 1/8",             "0/9"),
    ("keys are null",                             1, PLENTY, &["null:ok null:fail null:ok", "ok"], "0/8 0/9! 1/8",              "0/9"),
    ("a tombstone",                               1, PLENTY, &["ok tombstone ok"],                 "0/8 0/9 0/10",              ""),

    ("one cannot be read",                        1, PLENTY, &["ok undecodable ok", "ok"],         "0/8 1/8",                   "0/9"),
    ("a failure before what cannot be read",      1, PLENTY, &["fail undecodable", "ok"],          "0/8! 1/8",                  "0/8"),
    ("one has no offset",                         1, PLENTY, &["ok nameless ok", "ok ok"],         "0/8 1/8 1/9",               "0/?1"),
    ("the first has no offset",                   1, PLENTY, &["nameless ok", "ok"],               "1/8",                       "0/?0"),
    ("one has no partition",                      1, PLENTY, &["ok placeless ok", "ok ok"],        "0/8 1/8 1/9",               "0/?1"),
    ("a failure before what has no offset",       1, PLENTY, &["ok fail nameless", "ok"],          "0/8 0/9! 1/8",              "0/9?"),

    ("no time, and nothing to do",                1, NONE,   &["", ""],                            "",                          ""),
    ("no time at all",                            1, NONE,   &["ok ok", "ok"],                     "",                          "0/8. 1/8."),
    ("time is up after one that is done",         1, PLENTY, &["ok late ok", "ok"],                "0/8 0/9",                   "0/10. 1/8."),
    ("time is up within the last partition",      1, PLENTY, &["ok", "late ok"],                   "0/8 1/8",                   "1/9."),
    ("one is cut off",                            1, PLENTY, &["ok hang ok", "ok"],                "0/8 0/9!",                  "0/9 1/8."),

    ("partitions side by side",                   2, PLENTY, &["slow ok", "ok ok"],                "0/8 1/8 1/9 0/9",           ""),
    ("but one key of a partition is in order",    4, PLENTY, &["a:slow a:ok b:ok", "a:ok"],        "0/8 0/10 1/8 0/9",          ""),
    ("null keys of a partition are in order",     4, PLENTY, &["null:slow null:ok a:ok", "null:ok"], "0/8 0/10 1/8 0/9",        ""),
    ("an empty key is a key",                     4, PLENTY, &[":slow :ok a:ok"],                  "0/8 0/10 0/9",              ""),
    ("and differs from no key",                   4, PLENTY, &[":slow null:ok a:ok"],              "0/8 0/9 0/10",              ""),
    ("nothing of a partition after its failure",  2, PLENTY, &["a:slow b:fail a:ok", "ok ok"],     "0/8 0/9! 1/8 1/9",          "0/9"),
    ("what waits before a failure is begun",      2, PLENTY, &["a:slow a:ok b:fail b:ok", "ok"],   "0/8 0/10! 1/8 0/9",         "0/10"),
    ("and may fail as well",                      2, PLENTY, &["a:slow a:fail b:fail", "ok"],      "0/8 0/10! 1/8 0/9!",        "0/9"),
    ("all partitions fail side by side",          3, PLENTY, &["slowfail ok", "ok fail", "fail"],  "0/8! 1/8 2/8! 1/9!",        "0/8 1/9 2/8"),
    ("what cannot be read is of any key",         3, PLENTY, &["a:ok undecodable c:ok", "c:ok"],   "0/8 1/8",                   "0/9"),
    ("no offset, side by side",                   3, PLENTY, &["a:ok nameless b:ok", "b:ok"],      "0/8 1/8",                   "0/?1"),
    ("one is cut off while others go on",         2, PLENTY, &["hang ok", "ok ok"],                "0/8! 1/8 1/9",              "0/8"),
    ("no time, side by side",                     2, NONE,   &["a:ok b:ok", "ok"],                 "",                          "0/8. 1/8."),
];

#[tokio::test(start_paused = true)]
async fn lambda_is_told_of_every_record_from_the_first_unfinished_one_of_its_partition_on() {
    for &(what, at_once, time, partitions, handed, ends) in TABLE {
        for answer in [Answer::Error, Answer::Items] {
            let row = format!("{what}: {at_once} at once of {partitions:?}, {answer:?}");
            let journal = Journal::default();
            let invoker = Invoker { answer, at_once, time: Duration::from_millis(time) };
            let outcome = invoker.invoke(journal.clone(), &of(partitions)).await;
            assert_eq!(marked(&journal, &outcome), handed, "handed over; {row}");
            let ends: Vec<_> = ends.split_whitespace().collect();
            match answer {
                Answer::Items => assert_items(&outcome, partitions, &ends, &row),
                _ => assert_error(&outcome, &ends, &row),
            }
        }
    }
}

fn assert_error(outcome: &Outcome, ends: &[&str], row: &str) {
    if ends.is_empty() {
        assert_eq!(outcome.told(), Ok(json!({"batchItemFailures": []})), "{row}");
        return;
    }
    let error = outcome.told().expect_err(row);
    for end in ends {
        let (partition, offset) = end.split_once('/').unwrap();
        let cause = if offset.ends_with('.') { "time was up" } else { "failed" };
        let line = match offset.strip_prefix('?') {
            Some(index) => format!("flights-{partition} from its record {index} on, which has no name ({cause})"),
            None => format!("flights-{partition} from offset {} on ({cause})", offset.trim_end_matches(['.', '?'])),
        };
        assert!(error.contains(&line), "{error}, not {line:?}; {row}");
    }
    assert_eq!(error.matches(" on").count() - error.matches(" one").count(), ends.len(), "{error}; {row}");
}

fn assert_items(outcome: &Outcome, partitions: &[&str], ends: &[&str], row: &str) {
    if ends.iter().any(|end| end.contains('?')) {
        let error = outcome.told().expect_err(row);
        assert!(error.contains("no readable offset or partition"), "{error}; {row}");
        return;
    }
    let items: Vec<_> = ends
        .iter()
        .flat_map(|end| {
            let (partition, offset) = end.split_once('/').unwrap();
            let words = partitions[partition.parse::<usize>().unwrap()].split_whitespace().count();
            let item = move |offset| json!({"itemIdentifier": {"partition": format!("flights-{partition}"), "offset": offset}});
            (offset.trim_end_matches('.').parse().unwrap()..8 + words).map(item)
        })
        .collect();
    let records: usize = partitions.iter().map(|words| words.split_whitespace().count()).sum();
    if !items.is_empty() && items.len() == records {
        assert_error(outcome, ends, row);
    } else {
        assert_eq!(outcome.told(), Ok(json!({"batchItemFailures": items})), "{row}");
    }
}

fn of(partitions: &[&str]) -> Value {
    event(partitions.iter().enumerate().map(|(partition, words)| {
        let records = words.split_whitespace().zip(8..).map(|(word, offset)| record(word, partition, offset));
        (format!("flights-{partition}"), records.collect())
    }))
}

fn record(word: &str, partition: usize, offset: usize) -> Value {
    let (key, what) = word.split_once(':').unwrap_or(("N1", word));
    let key = if key == "null" { Value::Null } else { BASE64.encode(key).into() };
    let value = match what {
        "undecodable" => "%%%".into(),
        "tombstone" => Value::Null,
        _ => BASE64.encode(what).into(),
    };
    let mut record = json!({"topic": "flights", "partition": partition, "offset": offset,
        "timestamp": 1_545_084_650_987_u64, "timestampType": "CREATE_TIME", "key": key, "value": value, "headers": []});
    match what {
        "nameless" => drop(record.as_object_mut().unwrap().remove("offset")),
        "placeless" => drop(record.as_object_mut().unwrap().remove("partition")),
        _ => {}
    }
    record
}

/// The handler, and the records that it was handed: `0/8` is that of partition 0 at offset 8.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

/// Written out, for in an `async fn` nothing could happen before there is a future.
impl Handler for Journal {
    fn handle(&self, record: Record) -> impl Future<Output = Result<(), Failure>> + Send {
        self.0.lock().unwrap().push(format!("{}/{}", record.shard_id, record.sequence_number));
        assert_eq!(record.is_tombstone(), record.payload.is_empty());
        act(record)
    }
}

/// What was handed over, with a mark on what failed, and on what has no line, or more than one.
fn marked(journal: &Journal, outcome: &Outcome) -> String {
    let mark = |record: &String| {
        let lines = outcome.log.iter().filter(|line| format!("{}/{}", line.shard, line.sequence_number) == *record);
        match lines.map(|line| line.outcome).collect::<Vec<_>>()[..] {
            [ProcessOutcome::Succeeded] => record.clone(),
            [ProcessOutcome::Failed] => format!("{record}!"),
            [ProcessOutcome::SkippedByHandler] => format!("{record}~"),
            _ => format!("{record}?"),
        }
    };
    journal.0.lock().unwrap().iter().map(mark).collect::<Vec<_>>().join(" ")
}
