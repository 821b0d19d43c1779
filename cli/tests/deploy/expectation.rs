//! What each sample event must lead to: `events/expected/<event>.json`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::deployed::{DEPLOYMENTS, Deployment};
use crate::process_group::repository;
use crate::seen::Seen;

/// In a file, `"*"` stands for anything but nothing.
#[derive(Debug, Deserialize)]
struct Expectation {
    answer: Value,
    spans: Value,
}

/// Each function of a template, and the names of the sample events for it: all there are.
pub(crate) fn events() -> Vec<(Deployment, Vec<String>)> {
    let all = names_in("events");
    assert_eq!(all, names_in("events/expected"), "an event without an expectation, or the other way round");
    let of = |prefix: &str| all.iter().filter(|name| name.starts_with(prefix)).cloned().collect();
    let events: Vec<(_, Vec<String>)> = DEPLOYMENTS.map(|deployment| (deployment, of(deployment.events))).into();
    let known: usize = events.iter().map(|(_, events)| events.len()).sum();
    assert_eq!(known, all.len(), "an event that is for no function: {all:?}");
    events
}

/// The JSON files of a folder, without their extension.
fn names_in(folder: &str) -> BTreeSet<String> {
    let files = std::fs::read_dir(repository().join(folder)).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned)).collect()
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
