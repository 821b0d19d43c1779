//! Where Lambda is told to start again by a handler of batches, what that was handed, and what each record's line says.

use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures_util::FutureExt as _;
use kinetrace::history::{Process, ProcessOutcome};
use kinetrace_consumer::{Batch, BatchFailure, BatchHandler, Failure, Record};

use crate::identifiers::{NONE, PLENTY, SOURCES, WINDOWS, assert_answer};
use crate::script::{event, name};
use crate::world::{World, moody};

/// What it is about; how many partitions at once; the time left; the records, as `script.rs` reads them; the calls of the
/// handler, with what each was handed; the lines, with a `!` after what failed, a `~` after what was skipped, and a `-` after what
/// the batch did not get to; where to start again, as in `identifiers.rs`.
type Row = (&'static str, usize, u64, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    ("an empty batch",                        1, PLENTY, "",                        "",                  "",                  "-"),
    ("one alone",                             1, PLENTY, "ok",                      "8",                 "8",                 "-"),
    ("all are well",                          1, PLENTY, "ok ok ok",                "8 9 10",            "8 9 10",            "-"),
    ("keys do not matter",                    4, PLENTY, "a:ok b:ok null:ok a:ok",  "8 9 10 11",         "8 9 10 11",         "-"),
    ("the first fails",                       1, PLENTY, "fail ok ok",              "8 9 10",            "8! 9- 10-",         "halve, at 8"),
    ("one in the middle fails",               1, PLENTY, "ok fail ok",              "8 9 10",            "8 9! 10-",          "9"),
    ("the last fails",                        1, PLENTY, "ok ok fail",              "8 9 10",            "8 9 10!",           "10"),
    ("one alone fails",                       1, PLENTY, "fail",                    "8",                 "8!",                "8"),
    ("an error without an index",             1, PLENTY, "ok error ok",             "8 9 10",            "8! 9- 10-",         "halve, at 8"),
    ("an error without an index, of one",     1, PLENTY, "error",                   "8",                 "8!",                "8"),

    ("an index that is not there",            1, PLENTY, "ok beyond ok",            "8 9 10",            "8! 9- 10-",         "halve, at 8"),
    ("of one alone",                          1, PLENTY, "beyond",                  "8",                 "8!",                "8"),
    ("a skip at an index that is not there",  1, PLENTY, "ok beyondskip ok",        "8 9 10",            "8! 9- 10-",         "halve, at 8"),
    ("and after a skip",                      1, PLENTY, "ok skip ok beyond",       "8 9 10 11 / 10 11", "8 9~ 10! 11-",      "10"),

    ("a panic before there is a future",      1, PLENTY, "ok instantly",            "8 9",               "8! 9-",             "halve, at 8"),
    ("a panic after the first await",         1, PLENTY, "ok panic ok",             "8 9 10",            "8! 9- 10-",         "halve, at 8"),
    ("one alone panics",                      1, PLENTY, "panic",                   "8",                 "8!",                "8"),
    ("a panic after a skip",                  1, PLENTY, "ok skip ok panic",        "8 9 10 11 / 10 11", "8 9~ 10! 11-",      "10"),

    ("the first is skipped",                  1, PLENTY, "skip ok ok",              "8 9 10 / 9 10",     "8~ 9 10",           "-"),
    ("one in the middle is skipped",          1, PLENTY, "ok skip ok",              "8 9 10 / 10",       "8 9~ 10",           "-"),
    ("the last is skipped",                   1, PLENTY, "ok ok skip",              "8 9 10",            "8 9 10~",           "-"),
    ("one alone is skipped",                  1, PLENTY, "skip",                    "8",                 "8~",                "-"),
    ("all are skipped",                       1, PLENTY, "skip skip skip",          "8 9 10 / 9 10 / 10", "8~ 9~ 10~",        "-"),
    ("a failure after a skip",                1, PLENTY, "skip ok fail ok",         "8 9 10 11 / 9 10 11", "8~ 9 10! 11-",    "10"),
    ("a failure right after a skip",          1, PLENTY, "ok skip fail ok",         "8 9 10 11 / 10 11", "8 9~ 10! 11-",      "10"),
    ("a skip after a failure",                1, PLENTY, "fail skip",               "8 9",               "8! 9-",             "halve, at 8"),

    ("the first cannot be read",              1, PLENTY, "undecodable ok",          "",                  "8!",                "halve, at 8"),
    ("one in the middle cannot be read",      1, PLENTY, "ok ok undecodable ok",    "8 9",               "8 9 10!",           "10"),
    ("the last cannot be read",               1, PLENTY, "ok ok undecodable",       "8 9",               "8 9 10!",           "10"),
    ("a failure before what cannot be read",  1, PLENTY, "ok fail undecodable",     "8 9",               "8 9!",              "9"),
    ("a skip before what cannot be read",     1, PLENTY, "ok skip undecodable",     "8 9",               "8 9~ 10!",          "10"),
    ("the first has no number",               1, PLENTY, "nameless ok",             "",                  "unknown!",          "all, for record 0"),
    ("one in the middle has no number",       1, PLENTY, "ok nameless ok",          "8",                 "8 unknown!",        "all, for record 1"),
    ("a failure before what has no number",   1, PLENTY, "ok fail nameless",        "8 9",               "8 9!",              "9"),

    ("all of an aggregate are well",          1, PLENTY, "[ok,ok] ok",              "8.0 8.1 9",         "8.0 8.1 9",         "-"),
    ("one in the middle of an aggregate",     1, PLENTY, "ok [ok,fail,ok] ok",      "8 9.0 9.1 9.2 10",  "8 9.0 9.1! 9.2- 10-", "9"),
    ("one of an aggregate is skipped",        1, PLENTY, "[ok,skip,ok]",            "8.0 8.1 8.2 / 8.2", "8.0 8.1~ 8.2",      "-"),
    ("an aggregate alone fails",              1, PLENTY, "[ok,fail]",               "8.0 8.1",           "8.0 8.1!",          "8"),
    ("an aggregate of two keys",              1, PLENTY, "ok kpl ok",               "8 9.0 9.1 9.2 9.3 10", "8 9.0 9.1 9.2! 9.3- 10-", "9"),

    ("no time, and nothing to do",            1, NONE,   "",                        "",                  "",                  "-"),
    ("no time at all",                        1, NONE,   "ok ok",                   "",                  "",                  "late, at 8"),
    ("no time for one alone",                 1, NONE,   "ok",                      "",                  "",                  "8"),
    ("the first is cut off",                  1, PLENTY, "hang ok",                 "8 9",               "8! 9-",             "late, at 8"),
    ("one in the middle is cut off",          1, PLENTY, "ok hang ok",              "8 9 10",            "8! 9- 10-",         "late, at 8"),
    ("one alone is cut off",                  1, PLENTY, "hang",                    "8",                 "8!",                "8"),
    ("cut off after a skip",                  1, PLENTY, "ok skip hang ok",         "8 9 10 11 / 10 11", "8 9~ 10! 11-",      "10"),
    ("time is up when all is done",           1, PLENTY, "ok late",                 "8 9",               "8 9",               "-"),
    ("time is up when one is skipped",        1, PLENTY, "ok late skip ok",         "8 9 10 11",         "8 9 10~ 11!",       "11"),
    ("time is up before what cannot be read", 1, PLENTY, "late undecodable",        "8",                 "8 9!",              "9"),

    ("two shards, as no mapping sends them",  1, PLENTY, "ok ok@1 ok ok@1",         "8 10 / 9 11",       "8 10 9 11",         "-"),
    ("the second of two shards fails",        1, PLENTY, "ok ok@1 ok fail@1 ok",    "8 10 12 / 9 11",    "8 10 12 9 11!",     "11"),
    ("the first of two shards fails",         1, PLENTY, "ok ok@1 fail ok@1 ok",    "8 10 12 / 9",       "8 10! 12- 9",       "10"),
    ("both of two shards fail",               1, PLENTY, "ok fail@1 fail ok@1",     "8 10 / 9",          "8 10! 9!",          "9"),
    ("the very first of two shards fails",    1, PLENTY, "fail ok@1",               "8",                 "8!",                "halve, at 8"),
    ("one of two shards is skipped",          1, PLENTY, "skip ok@1 ok skip@1",     "8 10 / 10 / 9 11",  "8~ 10 9 11~",       "-"),
    ("two shards, and one cannot be read",    1, PLENTY, "ok ok@1 undecodable ok@1", "8 / 9",            "8 9 10!",           "10"),
];

/// It takes each record at its word, and notes what each call was handed.
#[derive(Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    pub(crate) fn calls(&self) -> String {
        self.0.lock().unwrap().join(" / ")
    }
}

/// Written out, for in an `async fn` nothing could happen before there is a future.
impl BatchHandler for Journal {
    fn handle(&self, batch: Batch) -> impl Future<Output = Result<(), BatchFailure>> + Send {
        let names: Vec<_> = batch.iter().map(of_record).collect();
        self.0.lock().unwrap().push(names.join(" "));
        assert!(batch.iter().all(|record| record.payload != "instantly"), "no future");
        act(batch)
    }
}

fn of_record(record: &Record) -> String {
    name(record.sequence_number.as_str(), record.sub_sequence_number)
}

async fn act(batch: Batch) -> Result<(), BatchFailure> {
    let count = batch.len();
    for (index, record) in batch.into_iter().enumerate() {
        match &record.payload[..] {
            b"error" => Err(std::io::Error::other("out of seats"))?,
            b"beyond" => return Err(BatchFailure::at(count, Failure::retry("no such plane"))),
            b"beyondskip" => return Err(BatchFailure::at(usize::MAX, Failure::skip("no such plane"))),
            b"hang" => std::future::pending().await,
            b"late" => {
                // The clock moves at once. What is not waited for is that others see it.
                let _ = tokio::time::advance(Duration::from_secs(60)).now_or_never();
            }
            _ => moody(record).await.map_err(|failure| BatchFailure::at(index, failure))?,
        }
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn lambda_starts_again_at_the_first_record_of_a_batch_that_is_not_done() {
    for &(what, at_once, time_left, records, calls, lines, stop) in TABLE {
        for arn in SOURCES {
            for (window, state) in WINDOWS {
                let row = format!("{what}: {at_once} at once of `{records}`, {arn}, window {window}");
                let journal = Journal::default();
                let world = World::new().choosing(|it| it.max_concurrency(NonZero::new(at_once).unwrap()));
                let deadline = SystemTime::now() + Duration::from_millis(time_left);
                let outcome = world.invoke_until(journal.clone(), &event(records, arn, window), deadline).await;
                assert_answer(&outcome, stop, state, &row);
                assert_eq!(journal.calls(), calls, "handed over; {row}");
                assert_eq!(marked(&outcome.log), lines, "lines; {row}");
                let processed = outcome.spans.iter().filter(|span| span.attributes.iter().any(is_message_id)).count();
                let read = outcome.log.iter().filter(|line| line.format != "unreadable").count();
                assert_eq!(processed, read, "a span for each line; {row}");
            }
        }
    }
}

fn is_message_id(attribute: &opentelemetry::KeyValue) -> bool {
    attribute.key.as_str() == "messaging.message.id"
}

fn marked(log: &[Process]) -> String {
    let mark = |line: &Process| {
        let mark = match line.outcome {
            ProcessOutcome::Succeeded => "",
            ProcessOutcome::Failed => "!",
            ProcessOutcome::SkippedByHandler => "~",
            ProcessOutcome::NotReached => "-",
            ProcessOutcome::Skipped => "?",
        };
        name(line.sequence_number.as_str(), line.sub_sequence_number) + mark
    };
    log.iter().map(mark).collect::<Vec<_>>().join(" ")
}
