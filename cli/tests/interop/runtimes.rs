//! AWS's own runtime clients for Python and Node.js: functions on them, with OpenTelemetry's SDKs, which `kinetrace local` runs
//! on one stream. They get its records in the same order, and continue the traces, which the page shows.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use serde::Deserialize;

use crate::program::{interpreter, repository};
use crate::running::{Finished, Running};
use crate::shown::{Shown, Viewer};

const KEYS: usize = 7;

/// Of each key.
const RECORDS: usize = 15;

const FUNCTIONS: [&str; 2] = ["python", "node"];

/// What a function prints of a record.
#[derive(Debug, Deserialize)]
struct Got {
    key: String,
    payload: Payload,
    trace_id: String,
    span_id: String,
}

#[derive(Debug, Deserialize)]
struct Payload {
    number: usize,
}

/// Record by record: a number of each key before the next number of any.
fn events() -> String {
    let mut text = String::new();
    for (number, key) in (0..RECORDS).flat_map(|number| (0..KEYS).map(move |key| (number, key))) {
        writeln!(text, r#"{{"plane":"N1422{key}","number":{number},"pilot":"Zoë"}}"#).unwrap();
    }
    text
}

/// What a viewer of its page has seen of a run of both functions, and how it ended.
fn run() -> (Shown, Finished) {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("events.ndjson");
    std::fs::write(&input, events()).unwrap();
    let modules = repository().canonicalize().unwrap().join("target/interop/node-function/node_modules");
    let python = std::path::absolute(interpreter("lambda")).unwrap();
    let functions = [
        format!("--command=python='{}' -m awslambdaric python/function/app.handler", python.display()),
        format!("--command=node='{}' node/function/app.handler", modules.join(".bin/aws-lambda-ric").display()),
        // Nothing is written next to the function.
        "--env=python.PYTHONDONTWRITEBYTECODE=1".to_owned(),
        format!("--env=node.NODE_PATH={}", modules.display()),
        "--env=python.OTEL_SERVICE_NAME=python".to_owned(),
        "--env=node.OTEL_SERVICE_NAME=node".to_owned(),
        // An interpreter for each concurrent batch starts at once, on machines that have better to do.
        "--timeout=60".to_owned(),
    ];
    let mapping = [
        ["--stream", "flights"],
        ["--shards", "3"],
        ["--batch-size", "10"],
        ["--parallelization-factor", "2"],
        ["--function-response-types", "ReportBatchItemFailures"],
    ];
    let input = ["--input", input.to_str().unwrap(), "--group-by", "plane", "--rate", "500", "--once"];
    let functions = functions.iter().map(String::as_str);
    let flags: Vec<_> = functions.chain(mapping.into_iter().flatten()).chain(input).collect();
    let mut running = Running::start_in(&repository().join("interop"), &flags);
    let viewer = Viewer::listen(&running.page());
    let finished = running.finish();
    (viewer.finish(), finished)
}

/// What each function printed, in its order. `console.log` of Lambda's Node.js puts a time, a request id and a level in front.
fn printed(shown: &Shown) -> [Vec<Got>; 2] {
    let mut printed = [Vec::new(), Vec::new()];
    for [function, line] in shown.rows("logs", ["function", "line"]) {
        let line = line.as_str().unwrap();
        let json = line.find('{').map_or("", |start| &line[start..]);
        let got = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {line}"));
        printed[usize::try_from(function.as_u64().unwrap()).unwrap()].push(got);
    }
    printed
}

/// Of each key, what came in which order.
fn by_key(got: &[Got]) -> BTreeMap<&str, Vec<usize>> {
    let mut by_key = BTreeMap::<_, Vec<_>>::new();
    got.iter().for_each(|got| by_key.entry(got.key.as_str()).or_default().push(got.payload.number));
    by_key
}

/// Each record has a span of the function, in the record's trace, below the span that was sent with the record.
fn assert_joined(shown: &Shown, service: &str, got: &[Got]) {
    let sent: HashMap<_, _> =
        shown.rows("records", ["trace", "span"]).into_iter().map(|[trace, span]| (trace, span)).collect();
    assert_eq!(sent.len(), KEYS * RECORDS, "a trace for each record");
    let spans = shown.rows("spans", ["trace", "span", "parent", "service", "name"]);
    let of_input: BTreeSet<_> = spans
        .iter()
        .filter(|[_, _, _, service, _]| shown.text(service) == "kinetrace local")
        .map(|[trace, span, ..]| (trace.as_str(), span.as_str()))
        .collect();
    let mut processed: Vec<_> = Vec::new();
    for [trace, span, parent, of, name] in spans {
        if shown.text(of) == service {
            assert_eq!(shown.text(name), "process flights", "{service}");
            assert_eq!(Some(&parent), sent.get(trace), "{service}: {trace}");
            assert!(
                of_input.contains(&(trace.as_str(), parent.as_str())),
                "{service}: the page lacks the parent of {span}"
            );
            processed.push((trace.as_str().unwrap(), span.as_str().unwrap()));
        }
    }
    let mut expected: Vec<_> = got.iter().map(|got| (got.trace_id.as_str(), got.span_id.as_str())).collect();
    processed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(processed, expected, "{service}");
}

#[test]
#[ignore = "needs interop/run"]
fn functions_in_python_and_node_run_locally_on_one_stream_in_the_same_order_and_the_page_joins_their_traces() {
    let (shown, finished) = run();
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    assert!(finished.stdout.contains("verdict: kept"), "{finished:#?}");
    assert_eq!(shown.verdict["conclusion"], "holds", "who watches has the verdict, too: {}", shown.verdict);
    let expected: Vec<_> = (0..RECORDS).collect();
    for (service, got) in FUNCTIONS.into_iter().zip(printed(&shown)) {
        let by_key = by_key(&got);
        assert_eq!(by_key.len(), KEYS, "{service}");
        by_key.iter().for_each(|(key, numbers)| assert_eq!(numbers, &expected, "{service}: {key}"));
        assert_joined(&shown, service, &got);
    }
}
