//! The spans of `demo` and `ordering` at a collector that the variables of exporters name.

use std::thread;

use kinetrace_testbed::collector::Collector;

use crate::program::{Finished, file, run_with};

/// Runs it with a second collector, which then says how many spans it has.
async fn run_beside(args: &[&str], variables: impl Fn(&str) -> Vec<(&'static str, String)>) -> (Finished, usize) {
    let theirs = Collector::start().await.unwrap();
    let variables = variables(theirs.endpoint());
    let finished = thread::scope(|scope| {
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        scope.spawn(move || run_with(args, &variables, b"")).join().unwrap()
    });
    (finished, theirs.spans().len())
}

fn last_line(finished: &Finished) -> &str {
    finished.stdout.lines().last().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_span_of_the_demo_is_at_the_collector_that_was_named_and_it_says_how_many_there_are() {
    let named = |endpoint: &str| vec![("OTEL_EXPORTER_OTLP_ENDPOINT", format!("{endpoint}/"))];
    let (demo, spans) = run_beside(&["demo", "--limit", "60"], named).await;
    assert_eq!(demo.code, Some(0), "{demo:#?}");
    assert!(demo.stdout.contains(&format!("5. {spans} spans reached the collector")), "{spans}: {demo:#?}");
    assert!(last_line(&demo).starts_with(&format!("forwarded: {spans} of {spans} spans to http://")), "{demo:#?}");
    assert!(spans >= 60 * 5, "{spans}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_span_of_each_run_of_ordering_is_there_as_well() {
    let events: Vec<_> = (0..60).map(|n| format!(r#"{{"group":"g{}","n":{n}}}"#, n % 5)).collect();
    let (_directory, input) = file("events.ndjson", events.join("\n"));
    let lists = ["--carrier", "envelope", "--parallelization-factor", "1", "--publisher", "ordered,put-records"];
    let args = [&["ordering", "--input", &input, "--group-by", "group"][..], &lists].concat();
    let named = |endpoint: &str| vec![("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", format!("{endpoint}/v1/traces"))];
    let (ordering, spans) = run_beside(&args, named).await;
    assert_eq!(ordering.code, Some(0), "{ordering:#?}");
    assert!(last_line(&ordering).starts_with(&format!("forwarded: {spans} of {spans} spans to")), "{ordering:#?}");
    // Of each record: create, invocation, process, and what the business code opens.
    assert!(spans >= 2 * 60 * 3, "{spans}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_refuses_spans_is_reported_and_changes_no_verdict() {
    let elsewhere = |endpoint: &str| {
        vec![
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", format!("{endpoint}/elsewhere?key=hunter2")),
            ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=hunter2".to_owned()),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip".to_owned()),
        ]
    };
    let (demo, spans) = run_beside(&["demo", "--limit", "10"], elsewhere).await;
    assert_eq!((demo.code, spans), (Some(0), 0), "{demo:#?}");
    assert!(demo.stdout.contains("\nverdict: order kept, nothing lost, every trace whole\n"), "{demo:#?}");
    let last = last_line(&demo);
    assert!(last.starts_with("NOT ALL FORWARDED: http://") && last.contains("answered 404 Not Found"), "{demo:#?}");
    assert!(demo.stdout.contains("OTEL_EXPORTER_OTLP_COMPRESSION has no effect here"), "{demo:#?}");
    assert!(!format!("{demo:?}").contains("hunter2"), "{demo:#?}");
}

#[test]
fn a_malformed_header_ends_the_command_before_the_run_and_is_not_shown() {
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("OTEL_EXPORTER_OTLP_HEADERS", "hunter2")];
    let demo = run_with(&["demo", "--limit", "2"], &variables, b"");
    demo.assert_error(2, &["OTEL_EXPORTER_OTLP_HEADERS", "name=value"]);
    assert!(!format!("{demo:?}").contains("hunter2"), "{demo:#?}");
}
