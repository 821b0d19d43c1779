//! `kinetrace demo`.

use crate::program::{Dead, file, run, run_unread, run_with};

#[test]
fn the_demo_shows_a_trace_over_both_services_and_a_verdict() {
    let demo = run(&["demo", "--limit", "40"]);
    assert_eq!(demo.code, Some(0), "{demo:#?}");
    let tree: Vec<_> = demo.stdout.lines().skip_while(|line| !line.contains("the trace of one event")).collect();
    let line = |name: &str, service: &str, kind: &str| {
        let fits = |line: &&&str| line.contains(name) && line.contains(service) && line.contains(kind);
        tree.iter().position(|line| fits(&line)).unwrap_or_else(|| panic!("no {name} in {}", demo.stdout))
    };
    let depth = |row: usize| tree[row].chars().take_while(|c| " │├└─".contains(*c)).count();
    let path = [
        line("producer", "producer", "SERVER"),
        line("create kinetrace-demo-", "producer", "PRODUCER"),
        line("consumer", "consumer", "SERVER"),
        line("process kinetrace-demo-", "consumer", "CONSUMER"),
        line("business code", "consumer", "INTERNAL"),
    ];
    assert!(path.is_sorted_by(|a, b| a < b && depth(*a) < depth(*b)), "not one below the other: {}", demo.stdout);
    assert!(demo.stdout.contains("40 of 40 events have one trace from producer to consumer"), "{}", demo.stdout);
    assert!(demo.stdout.ends_with("verdict: order kept, nothing lost, every trace whole\n"), "{}", demo.stdout);
}

#[test]
fn the_demo_takes_other_events_than_its_own() {
    let (_directory, path) = file("orders.json", r#"[{"customer":1,"item":"a"},{"customer":1,"item":"b"}]"#);
    let demo = run(&["demo", "--input", &path, "--group-by", "customer"]);
    assert_eq!(demo.code, Some(0), "{demo:#?}");
    assert!(demo.stdout.contains("2 records of 1 key: 2 acknowledged"), "{}", demo.stdout);
}

#[test]
fn a_reader_that_goes_away_does_not_make_anything_panic() {
    let (_directory, history) = file("history.ndjson", "");
    let demo = run_unread(&["demo", "--limit", "2", "--history", &history]);
    let verify = run_unread(&["verify", "--history", &history]);
    let one_row = ["--carrier", "none", "--parallelization-factor", "1", "--publisher", "ordered"];
    let ordering = run_unread(&[&["ordering", "--limit", "2"][..], &one_row].concat());
    for finished in [demo, verify, ordering] {
        assert!(!finished.stderr.contains("panicked"), "{finished:#?}");
    }
}

#[test]
fn the_demo_says_before_it_runs_that_its_collector_does_not_answer() {
    let dead = Dead::new();
    for endpoint in [dead.url.as_str(), "localhost:4318"] {
        let demo = run_with(&["demo", "--limit", "2"], &[("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)], b"");
        demo.assert_error(2, &["OTEL_EXPORTER_OTLP_ENDPOINT", endpoint]);
        assert!(!demo.stdout.contains("published"), "{demo:#?}");
    }
}

#[test]
fn the_demo_is_not_run_for_a_history_that_cannot_be_written() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("missing").join("history.ndjson");
    let demo = run(&["demo", "--limit", "2", "--history", path.to_str().unwrap()]);
    demo.assert_error(2, &["--history", path.to_str().unwrap(), "No such file"]);
    assert_eq!(demo.stdout, "");
}

#[test]
fn a_consumer_that_cannot_run_fails_the_demo_and_is_named() {
    run(&["demo", "--limit", "2", "--bootstrap", "/no/such/bootstrap"]).assert_error(2, &["/no/such/bootstrap"]);
    let demo = run(&["demo", "--limit", "2", "--bootstrap", "/bin/false"]);
    assert_eq!(demo.code, Some(1), "{demo:#?}");
    assert!(demo.stdout.contains("records were given up") && demo.stdout.contains("exit status: 1"), "{demo:#?}");
    assert!(demo.stdout.ends_with("verdict: VIOLATED, see above\n"), "{demo:#?}");
}
