//! What is to come of each sample event: `events/expected/<event>.json`.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::process_group::repository;
use crate::seen::Seen;

/// In a file, `"*"` stands for anything but nothing.
#[derive(Debug, Deserialize)]
struct Expectation {
    answer: Value,
    spans: Value,
}

/// The names of the sample events for a function.
pub(crate) fn events_of(function: &str) -> Vec<String> {
    let prefix = match function {
        "consumer" => "kinesis-",
        _ => "producer-",
    };
    let files = std::fs::read_dir(repository().join("events")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let names = names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned));
    let mut names: Vec<_> = names.filter(|name| name.starts_with(prefix)).collect();
    assert!(!names.is_empty(), "where are the events for {function}?");
    names.sort();
    names
}

pub(crate) fn event_file(event: &str) -> PathBuf {
    repository().join("events").join(format!("{event}.json"))
}

/// What is not as it should be, in words; nothing if all is.
pub(crate) fn differences(event: &str, seen: &Seen) -> Option<String> {
    let path = repository().join("events/expected").join(format!("{event}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let expected: Expectation =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));

    let mut said = String::new();
    for (what, expected, seen) in
        [("the answer", &expected.answer, &seen.answer), ("the spans", &expected.spans, &seen.spans)]
    {
        if !fits(expected, seen) {
            writeln!(said, "{event}: {what} should be:\n{expected:#}\nand is:\n{seen:#}").unwrap();
        }
    }
    (!said.is_empty()).then_some(said)
}

fn fits(expected: &Value, seen: &Value) -> bool {
    match (expected, seen) {
        (Value::String(any), seen) if any == "*" => !seen.is_null(),
        (Value::Object(expected), Value::Object(seen)) => {
            expected.len() == seen.len()
                && expected.iter().all(|(key, expected)| seen.get(key).is_some_and(|seen| fits(expected, seen)))
        }
        (Value::Array(expected), Value::Array(seen)) => {
            expected.len() == seen.len() && expected.iter().zip(seen).all(|(expected, seen)| fits(expected, seen))
        }
        _ => expected == seen,
    }
}
