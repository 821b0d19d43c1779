//! What viewers are sent, and what it costs.

use std::collections::BTreeMap;
use std::sync::Arc;

use kinetrace::history::ProcessOutcome;
use kinetrace_testbed::collector::{AttributeValue, LogRecord};
use kinetrace_testbed::environment::{LogLine, LogStream};
use kinetrace_testbed::event_source_mapping::{Answered, Cause};
use kinetrace_testbed::function::FunctionHappening;

use serde_json::json;

use super::made::{at, began, ended, process, put, watched};
use super::viewer::Viewer;
use crate::page::Model;

fn step(model: &mut Model, number: u64) {
    model.put(&put(number, number * 10), None);
    model.mapping(0, at(number * 10 + 6), &began(number, &[number], Cause::Fresh, 0));
    let request_id = format!("r-{number}");
    let happening = FunctionHappening::Began { environment: 0, request_id, number: Some(number) };
    model.function(0, at(number * 10 + 6), &happening);
    model.process(&process(number, number * 10 + 7, &format!("r-{number}"), ProcessOutcome::Succeeded));
    model.mapping(0, at(number * 10 + 20), &ended(number, Answered::Succeeded, None));
}

#[test]
fn a_viewer_that_asks_for_changes_has_what_the_document_has() {
    let mut model = watched(50);
    let mut viewers = vec![Viewer::open(&model)];
    for number in 0..200 {
        step(&mut model, number);
        if number % 7 == 0 {
            viewers.push(Viewer::open(&model));
            // Some ask often, some now and then.
            viewers.iter_mut().step_by(3).for_each(|viewer| assert!(viewer.ask(&model) > 0));
        }
    }
    let expected = Viewer::open(&model);
    assert_eq!(expected.tables["records"].first, 150);
    for mut viewer in viewers {
        viewer.ask(&model);
        assert_eq!(viewer.tables, expected.tables);
        assert_eq!(viewer.texts, expected.texts);
    }
}

#[test]
fn a_change_costs_what_is_new_and_not_what_is_kept() {
    let mut model = watched(20_000);
    let mut viewer = Viewer::open(&model);
    let mut sizes = Vec::new();
    for number in 0..5_000 {
        step(&mut model, number);
        if number % 1_000 == 999 {
            viewer.ask(&model);
            step(&mut model, 10_000 + number);
            sizes.push(viewer.ask(&model));
        }
    }
    assert!(sizes.iter().max() < sizes.iter().min().map(|least| least * 2).as_ref(), "{sizes:?}");
}

#[test]
fn keys_without_end_take_no_memory_without_end() {
    let mut model = watched(10);
    let mut viewer = Viewer::open(&model);
    for number in 0..20_000 {
        let mut line = put(number, number);
        line.group = format!("user-{number}");
        model.put(&line, None);
        if number % 500 == 0 {
            viewer.ask(&model);
        }
    }
    viewer.ask(&model);
    assert!(viewer.texts.len() < 10_000, "{}", viewer.texts.len());
    assert_eq!(viewer.text_column("records", "key").last(), Some(&"user-19999"));
    assert_eq!(viewer.text_column("records", "key").len(), 10);
}

fn log_record(trace_id: Option<String>) -> LogRecord {
    let (severity, body) = ("INFO".to_owned(), AttributeValue::Text("taken".to_owned()));
    let (attributes, resource) = (BTreeMap::default(), Arc::default());
    LogRecord {
        at: at(5),
        severity,
        body,
        attributes,
        trace_id,
        span_id: None,
        service: "gateway".to_owned(),
        resource,
    }
}

#[test]
fn what_is_logged_by_opentelemetry_is_among_the_lines_of_its_trace() {
    let mut model = watched(10);
    let mut viewer = Viewer::open(&model);
    model.log_records(vec![log_record(Some("f".repeat(32))), log_record(None)]);
    let line = LogLine { environment: 3, stream: LogStream::Stderr, line: "written".to_owned() };
    model.log(0, at(6), &line);
    viewer.ask(&model);
    let column = |name| viewer.column("logs", name);
    assert_eq!(column("line"), ["INFO taken", "INFO taken", "written"]);
    assert_eq!(column("trace"), [&*"f".repeat(32), "", ""]);
    assert_eq!(column("service"), ["gateway", "gateway", ""]);
    assert_eq!(column("stream"), [2, 2, 1]);
    assert_eq!(column("environment"), [json!(null), json!(null), json!(3)]);
}

#[test]
fn what_the_collector_dropped_is_told_and_once_only() {
    let mut model = watched(10);
    let mut cursors = Vec::new();
    for dropped in [0, 3, 3, 5] {
        model.dropped(dropped);
        cursors.push(model.cursor());
    }
    assert_eq!(Viewer::open(&model).whole["present"]["collector"]["dropped"], 5);
    assert!(cursors[0] < cursors[1] && cursors[1] == cursors[2] && cursors[2] < cursors[3], "{cursors:?}");
}

#[test]
fn what_is_forgotten_stays_forgotten() {
    let mut model = watched(10);
    (0..100).for_each(|number| step(&mut model, number));
    // The line of a processing that comes when its record is long gone.
    model.process(&process(3, 5_000, "r-99", ProcessOutcome::Succeeded));
    model.put(&put(4, 40), None);
    let viewer = Viewer::open(&model);
    assert_eq!(viewer.column("records", "sequence").first().unwrap(), "90");
    assert_eq!(viewer.column("attempts", "record").len(), 10);
    assert_eq!(viewer.column("invocations", "start").len(), 10);
}

#[test]
fn a_viewer_of_an_earlier_run_gets_the_whole_document() {
    let mut earlier = watched(10);
    (0..50).for_each(|number| step(&mut earlier, number));
    let mut viewer = Viewer::open(&earlier);
    let mut later = watched(10);
    (1_000..1_100).for_each(|number| step(&mut later, number));
    viewer.ask(&later);
    assert_eq!(viewer.tables, Viewer::open(&later).tables);
    assert_eq!(viewer.column("records", "sequence").last().unwrap(), "1099");
}
