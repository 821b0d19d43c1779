//! Where Lambda is told to start again, and which records the business code got by then, in which order.

use std::num::NonZero;
use std::time::{Duration, SystemTime};

use kinetrace::history::{Process, ProcessOutcome};

use crate::script::{Journal, event, name};
use crate::world::{Outcome, World};

/// What is left of the invocation's time when it begins, in milliseconds.
pub(crate) const PLENTY: u64 = 60_000;
pub(crate) const NONE: u64 = 50;

/// What it is about; how many at once; the time left; the records, as `script.rs` reads them; those that are handed over, in
/// this order, with a `!` after what failed, and a `~` after what was skipped; where to start again, `-` if nowhere; or why the whole batch fails: for a record
/// without a number, by its place, or to be halved, for the first record failed or came too late.
pub(crate) type Row = (&'static str, usize, u64, &'static str, &'static str, &'static str);

#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    ("an empty batch",                             1, PLENTY, "",                             "",                    "-"),
    ("all are well",                               1, PLENTY, "ok ok ok",                     "8 9 10",              "-"),
    ("the first fails",                            1, PLENTY, "fail ok ok",                   "8!",                  "halve, at 8"),
    ("one in the middle fails",                    1, PLENTY, "ok fail ok",                   "8 9!",                "9"),
    ("the last fails",                             1, PLENTY, "ok ok fail",                   "8 9 10!",             "10"),
    ("several would fail",                         1, PLENTY, "ok fail ok fail",              "8 9!",                "9"),
    ("partition keys are null",                    1, PLENTY, "null:ok null:fail null:ok",    "8 9!",                "9"),

    ("a panic before there is a future",           1, PLENTY, "ok instantly ok",              "8 9!",                "9"),
    ("a panic before the first await",             1, PLENTY, "ok early ok",                  "8 9!",                "9"),
    ("a panic after the first await",              1, PLENTY, "ok panic ok",                  "8 9!",                "9"),
    ("the first panics",                           1, PLENTY, "instantly ok",                 "8!",                  "halve, at 8"),

    ("the first cannot be read",                   1, PLENTY, "undecodable ok",               "",                    "halve, at 8"),
    ("one in the middle cannot be read",           1, PLENTY, "ok undecodable ok",            "8",                   "9"),
    ("the last cannot be read",                    1, PLENTY, "ok ok undecodable",            "8 9",                 "10"),
    ("a failure before what cannot be read",       1, PLENTY, "fail undecodable",             "8!",                  "halve, at 8"),
    ("the first has no number",                    1, PLENTY, "nameless ok",                  "",                    "all, for record 0"),
    ("one in the middle has no number",            1, PLENTY, "ok nameless ok",               "8",                   "all, for record 1"),
    ("a failure before what has no number",        1, PLENTY, "ok fail nameless",             "8 9!",                "9"),
    ("of what cannot be read the first has one",   1, PLENTY, "ok undecodable nameless",      "8",                   "9"),
    ("of what cannot be read the first has none",  1, PLENTY, "ok nameless undecodable",      "8",                   "all, for record 1"),

    ("the first is skipped",                       1, PLENTY, "skip ok ok",                   "8~ 9 10",             "-"),
    ("one in the middle is skipped",               1, PLENTY, "ok skip ok",                   "8 9~ 10",             "-"),
    ("the last is skipped",                        1, PLENTY, "ok ok skip",                   "8 9 10~",             "-"),
    ("all are skipped",                            1, PLENTY, "skip skip",                    "8~ 9~",               "-"),
    ("one alone is skipped",                       1, PLENTY, "skip",                         "8~",                  "-"),
    ("a failure after a skip",                     1, PLENTY, "skip fail ok",                 "8~ 9!",               "9"),
    ("a skip after a failure",                     1, PLENTY, "fail skip",                    "8!",                  "halve, at 8"),
    ("a panic after a skip",                       1, PLENTY, "ok skip panic ok",             "8 9~ 10!",            "10"),
    ("a skip before what cannot be read",          1, PLENTY, "skip undecodable",             "8~",                  "9"),
    ("time is up after a skip",                    1, PLENTY, "late skip",                    "8",                   "9"),
    ("some of an aggregate are skipped",           1, PLENTY, "[skip,ok,skip] ok",            "8.0~ 8.1 8.2~ 9",     "-"),
    ("a failure after a skip in an aggregate",     1, PLENTY, "ok [skip,fail,ok]",            "8 9.0~ 9.1!",         "9"),
    ("a skip side by side, and its key goes on",   2, PLENTY, "a:slowskip b:ok a:ok b:ok",    "8~ 9 11 10",          "-"),
    ("a failure next to a skip",                   2, PLENTY, "a:slowskip b:fail a:ok b:ok",  "8~ 9!",               "9"),
    ("what waits after a skip may fail as well",   2, PLENTY, "a:slowskip a:fail b:fail",     "8~ 10! 9!",           "9"),
    ("a null key may be any, also after a skip",   2, PLENTY, "null:slowskip null:ok a:ok",   "8~ 9 10",             "-"),

    ("all of an aggregate are well",               1, PLENTY, "[ok,ok] ok",                   "8.0 8.1 9",           "-"),
    ("the first of an aggregate fails",            1, PLENTY, "ok [fail,ok] ok",              "8 9.0!",              "9"),
    ("one in the middle of an aggregate fails",    1, PLENTY, "ok [ok,fail,ok] ok",           "8 9.0 9.1!",          "9"),
    ("the last of an aggregate fails",             1, PLENTY, "[ok,fail] ok",                 "8.0 8.1!",            "halve, at 8"),
    ("one after an aggregate fails",               1, PLENTY, "[ok,ok] fail",                 "8.0 8.1 9!",          "9"),
    ("a panic in an aggregate",                    1, PLENTY, "ok [ok,panic,ok]",             "8 9.0 9.1!",          "9"),
    ("an aggregate of two keys",                   1, PLENTY, "ok kpl ok",                    "8 9.0 9.1 9.2!",      "9"),

    ("two shards, as no mapping sends them",       1, PLENTY, "ok ok@1 ok ok@1",              "8 9 10 11",           "-"),
    ("one of two shards fails",                    1, PLENTY, "ok fail@1 ok ok@1",            "8 9!",                "9"),
    ("both of two shards fail",                    1, PLENTY, "ok ok@1 fail fail@1",          "8 9 10!",             "10"),
    ("one of two shards is skipped",               1, PLENTY, "ok skip@1 ok ok@1",            "8 9~ 10 11",          "-"),

    ("no time, and nothing to do",                 1, NONE,   "",                             "",                    "-"),
    ("no time at all",                             1, NONE,   "ok ok",                        "",                    "late, at 8"),
    ("no time before what has no number",          1, NONE,   "ok nameless",                  "",                    "late, at 8"),
    ("no time, and the first has no number",       1, NONE,   "nameless ok",                  "",                    "all, for record 0"),
    ("the first is cut off",                       1, PLENTY, "hang ok",                      "8!",                  "halve, at 8"),
    ("one in the middle is cut off",               1, PLENTY, "ok hang ok",                   "8 9!",                "9"),
    ("one of an aggregate is cut off",             1, PLENTY, "ok [ok,hang,ok] ok",           "8 9.0 9.1!",          "9"),
    ("time is up after one that is done",          1, PLENTY, "ok late ok ok",                "8 9",                 "10"),
    ("time is up after the last",                  1, PLENTY, "ok late",                      "8 9",                 "-"),
    ("time is up within an aggregate",             1, PLENTY, "ok [ok,late,ok] ok",           "8 9.0 9.1",           "9"),
    ("time is up before what cannot be read",      1, PLENTY, "late undecodable",             "8",                   "9"),

    ("groups side by side",                        2, PLENTY, "a:slow b:ok a:ok b:ok",        "8 9 11 10",           "-"),
    ("nothing after a failure is begun",           2, PLENTY, "a:slow b:fail a:ok b:ok",      "8 9!",                "9"),
    ("what waits before a failure is begun still", 2, PLENTY, "a:slow a:ok b:fail",           "8 10! 9",             "10"),
    ("and may fail as well",                       2, PLENTY, "a:slow a:fail b:fail",         "8 10! 9!",            "9"),
    ("the first failure is the last in time",      3, PLENTY, "a:ok b:slowfail c:fail",       "8 9! 10!",            "9"),
    ("a later failure is the last in time",        2, PLENTY, "a:fail b:slowfail",            "8! 9!",               "halve, at 8"),
    ("what is in flight after it is finished",     2, PLENTY, "a:fail a:ok b:slow",           "8! 10",               "halve, at 8"),
    ("a panic next to another key",                2, PLENTY, "a:instantly b:ok",             "8! 9",                "halve, at 8"),
    ("null keys may be any key",                   2, PLENTY, "null:slow null:ok a:ok",       "8 9 10",              "-"),
    ("so they wait for what is before them",       2, PLENTY, "a:slowfail null:ok b:ok",      "8!",                  "halve, at 8"),
    ("and end with their first failure",           2, PLENTY, "null:slowfail null:ok a:ok",   "8!",                  "halve, at 8"),
    ("what cannot be read is of any group",        3, PLENTY, "a:ok undecodable c:ok",        "8",                   "9"),
    ("and what waits before it is finished",       2, PLENTY, "a:slow a:ok undecodable b:ok", "8 9",                 "10"),
    ("unless something before it fails",           2, PLENTY, "a:slow b:fail undecodable",    "8 9!",                "9"),
    ("no number, side by side",                    2, PLENTY, "a:ok nameless b:ok",           "8",                   "all, for record 1"),
    ("no number, and a failure before it",         2, PLENTY, "a:fail b:ok nameless",         "8! 9",                "halve, at 8"),
    ("an aggregate next to another key",           3, PLENTY, "a:[ok,slow,ok] b:ok",          "8.0 9 8.1 8.2",       "-"),
    ("one of an aggregate fails next to a key",    2, PLENTY, "a:[slow,fail,ok] b:ok c:ok",   "8.0 9 10 8.1!",       "halve, at 8"),
    ("the groups of an aggregate side by side",    2, PLENTY, "kpl b:ok",                     "8.0 8.1 8.2!",        "halve, at 8"),
    ("a failure before an aggregate in flight",    2, PLENTY, "b:fail a:[slow,ok]",           "8! 9.0",              "halve, at 8"),
    ("no time, side by side",                      2, NONE,   "a:ok b:ok",                    "",                    "late, at 8"),
    ("one is cut off while others go on",          2, PLENTY, "a:ok b:hang c:ok a:ok",        "8 9! 10 11",          "9"),
    ("several are cut off",                        2, PLENTY, "a:ok b:hang c:hang a:ok",      "8 9! 10!",            "9"),
    ("time is up for what is in flight",           2, PLENTY, "a:late b:slow",                "8 9!",                "9"),
    ("time is up, and one before it waits",        2, PLENTY, "a:late a:ok b:slow",           "8 10!",               "9"),

    ("one alone fails",                            1, PLENTY, "fail",                         "8!",                  "8"),
    ("one alone panics",                           1, PLENTY, "instantly",                    "8!",                  "8"),
    ("one alone is cut off",                       1, PLENTY, "hang",                         "8!",                  "8"),
    ("one alone cannot be read",                   1, PLENTY, "undecodable",                  "",                    "8"),
    ("one alone has no number",                    1, PLENTY, "nameless",                     "",                    "all, for record 0"),
    ("one alone has an empty number",              1, PLENTY, "blank",                        "",                    "all, for record 0"),
    ("one has an empty number",                    1, PLENTY, "ok blank ok",                  "8",                   "all, for record 1"),
    ("no time for one alone",                      1, NONE,   "ok",                           "",                    "8"),
    ("an aggregate alone fails",                   1, PLENTY, "[ok,fail,ok]",                 "8.0 8.1!",            "8"),
    ("time is up within an aggregate alone",       1, PLENTY, "[ok,late,ok]",                 "8.0 8.1",             "8"),
    ("time is up within the first aggregate",      1, PLENTY, "[ok,late,ok] ok",              "8.0 8.1",             "late, at 8"),
    ("the first fails next to what succeeds",      3, PLENTY, "a:slowfail b:ok c:ok",         "8! 9 10",             "halve, at 8"),
    ("one alone fails, side by side",              3, PLENTY, "a:fail",                       "8!",                  "8"),
];

/// Of a poller, and of a consumer with enhanced fan-out.
pub(crate) const SOURCES: [&str; 2] = [
    "arn:aws:kinesis:us-east-1:123456789012:stream/flights",
    "arn:aws:kinesis:us-east-1:123456789012:stream/flights/consumer/lambda:1545084650",
];

/// What an event says of a tumbling window, and what its answer says, or Lambda takes it for a failure.
pub(crate) const WINDOWS: [(&str, &str); 5] = [
    ("", ""),
    (r#""state":{"a":1},"#, ""),
    (r#""window":{"start":"2020-07-30T17:00:00Z","end":"2020-07-30T17:05:00Z"},"#, r#","state":{}"#),
    (r#""window":{"start":"2020-07-30T17:00:00Z"},"state":null,"isFinalInvokeForWindow":true,"#, r#","state":{}"#),
    (r#""state":{"b" : 2.10,"a":"\u00e9"},"window":{},"#, r#","state":{"b" : 2.10,"a":"\u00e9"}"#),
];

#[tokio::test(start_paused = true)]
async fn lambda_starts_again_at_the_first_unprocessed_record_and_none_after_it_is_begun() {
    for &(what, at_once, time_left, records, handed, stop) in TABLE {
        for arn in SOURCES {
            for (window, state) in WINDOWS {
                let row = format!("{what}: {at_once} at once of `{records}`, {arn}, window {window}");
                let journal = Journal::default();
                let world = World::new().choosing(|it| it.max_concurrency(NonZero::new(at_once).unwrap()));
                let deadline = SystemTime::now() + Duration::from_millis(time_left);
                let event = event(records, arn, window);
                let outcome = world.invoke_until(journal.clone(), &event, deadline).await;
                assert_answer(&outcome, stop, state, &row);
                assert_eq!(marked(&journal, &outcome.log), handed, "handed over; {row}");
                assert!(outcome.log.iter().all(|line| &*line.stream == "flights"), "{row}");
            }
        }
    }
}

/// To the byte.
pub(crate) fn assert_answer(outcome: &Outcome, stop: &str, state: &str, row: &str) {
    let answer = outcome.response.as_ref().map(|response| serde_json::to_string(response).unwrap());
    if let Some((why, which)) = stop.split_once(", ") {
        let error = answer.expect_err(row);
        let parts = match (why, which.trim_start_matches("for ").trim_start_matches("at ")) {
            ("all", record) => vec!["cannot be told where to start again".to_owned(), format!("{record} of the event")],
            ("halve", number) => vec![format!("record {number} of shardId-000000000000 failed, the first of ")],
            (_, number) => vec![format!("time was up before record {number} of shardId-000000000000 was done")],
        };
        let parts = parts.into_iter().chain(["the whole batch fails".to_owned()]);
        parts.into_iter().for_each(|part| assert!(error.contains(&part), "{error}, not {part:?}; {row}"));
        return;
    }
    let failures = if stop == "-" { String::new() } else { format!(r#"{{"itemIdentifier":"{stop}"}}"#) };
    assert_eq!(answer, Ok(format!(r#"{{"batchItemFailures":[{failures}]{state}}}"#)), "the answer; {row}");
}

/// What was handed over, with a mark on what failed, and on what has no line, or more than one.
pub(crate) fn marked(journal: &Journal, log: &[Process]) -> String {
    let mark = |record: &String| {
        let is_its = |line: &&Process| name(line.sequence_number.as_str(), line.sub_sequence_number) == *record;
        match log.iter().filter(is_its).map(|line| line.outcome).collect::<Vec<_>>()[..] {
            [ProcessOutcome::Succeeded] => record.clone(),
            [ProcessOutcome::Failed] => format!("{record}!"),
            [ProcessOutcome::SkippedByHandler] => format!("{record}~"),
            _ => format!("{record}?"),
        }
    };
    journal.records().iter().map(mark).collect::<Vec<_>>().join(" ")
}
