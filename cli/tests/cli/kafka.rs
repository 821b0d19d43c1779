//! `demo` and `ordering` with `--transport kafka`: on an embedded broker if they are built with one.

use crate::program::run;

#[test]
fn a_flag_of_the_other_transport_is_one_clear_error() {
    let table: [(&[&str], &str); 4] = [
        (
            &["demo", "--bootstrap-servers", "h:1"],
            "error: --bootstrap-servers is for --transport kafka: leave it out with kinesis",
        ),
        (&["ordering", "--grow"], "error: --grow is for --transport kafka: leave it out with kinesis"),
        (
            &["ordering", "--transport", "kafka", "--reshard"],
            "error: --reshard is for --transport kinesis: leave it out with kafka",
        ),
        (
            &["ordering", "--carrier", "headers"],
            "error: --carrier headers: with --transport kinesis it is one of none, envelope,",
        ),
    ];
    for (args, error) in table {
        let finished = run(args);
        assert_eq!(finished.code, Some(2), "{args:?}");
        assert!(finished.stderr.starts_with(error), "{args:?}: {}", finished.stderr);
        assert_eq!(finished.stderr.lines().count(), 1, "{args:?}: {}", finished.stderr);
    }
}

#[cfg(not(feature = "kafka"))]
#[test]
fn a_program_without_kafka_says_how_to_build_one_with_it() {
    for command in ["demo", "ordering"] {
        let finished = run(&[command, "--transport", "kafka"]);
        let command = format!("`cargo run --release --features kafka -- {command} --transport kafka`");
        assert_eq!(finished.code, Some(2), "{finished:#?}");
        assert!(finished.stderr.contains(&command), "{}", finished.stderr);
    }
}

#[cfg(feature = "kafka")]
mod embedded {
    use serde_json::Value;

    use crate::program::{Finished, file, run};

    /// So many events of five groups.
    fn events(count: usize) -> String {
        let events: Vec<_> = (0..count).map(|n| format!(r#"{{"group":"g{}","n":{n}}}"#, n % 5)).collect();
        events.join("\n")
    }

    fn ordering(count: usize, flags: &str) -> (Finished, Vec<Value>) {
        let (_directory, input) = file("events.ndjson", events(count));
        let (_directory_too, json) = file("rows.json", "");
        let all = [
            "ordering",
            "--transport",
            "kafka",
            "--no-work",
            "--input",
            &input,
            "--group-by",
            "group",
            "--json",
            &json,
        ];
        let all: Vec<_> = all.into_iter().chain(flags.split_whitespace()).collect();
        let finished = run(&all);
        let rows = serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap_or_default();
        (finished, rows)
    }

    fn count(row: &Value, what: &str) -> u64 {
        row[what].as_u64().unwrap_or_else(|| panic!("{what}: {row}"))
    }

    fn assert_clean(row: &Value, records: u64) {
        assert_eq!((count(row, "acknowledged"), count(row, "traces_joined")), (records, records), "{row}");
        for fault in ["lost", "misplaced", "stream_inversions", "process_inversions", "overlaps"] {
            assert_eq!(row[fault], 0, "{fault}: {row}");
        }
    }

    #[test]
    fn the_demo_shows_one_trace_for_each_event_and_that_the_order_was_kept() {
        let (_directory, input) = file("events.ndjson", events(40));
        let (_directory_too, history) = file("history.ndjson", "");
        let finished =
            run(&["demo", "--transport", "kafka", "--input", &input, "--group-by", "group", "--history", &history]);
        assert_eq!(finished.code, Some(0), "{finished:#?}");
        for text in [
            "a topic of 2 partitions at the embedded broker",
            "40 of 40 published by krafka",
            "40 of 40 events have one trace",
            "verdict: order kept, nothing lost, every trace whole",
        ] {
            assert!(finished.stdout.contains(text), "{text}: {}", finished.stdout);
        }
        for (name, kind) in [("send kinetrace-demo-", "PRODUCER"), ("process kinetrace-demo-", "CONSUMER")] {
            let line = finished.stdout.lines().find(|line| line.contains(name)).unwrap_or_default();
            assert!(line.contains(kind), "{name}: {}", finished.stdout);
        }
        let checked = run(&["verify", "--history", &history]);
        assert_eq!(checked.code, Some(0), "{checked:#?}");
    }

    #[test]
    fn through_heavy_faults_and_growth_an_idempotent_producer_keeps_order_and_a_context_in_the_keys_place_scatters() {
        let (finished, rows) =
            ordering(400, "--faults heavy --grow --seed 3 --batch-size 50 --publisher krafka --carrier headers,key");
        assert_eq!(finished.code, Some(0), "{finished:#?}");
        let [headers, key] = &rows[..] else { panic!("{rows:?}") };
        assert_clean(headers, 400);
        assert!(count(key, "misplaced") > 100, "{key}");
        assert_eq!((&headers["faults"], &headers["parallelization_factor"]), (&"heavy+grow".into(), &Value::Null));
        assert!(finished.stderr.contains("refused by a broker that does not lead"), "{}", finished.stderr);
    }

    #[cfg(feature = "rdkafka")]
    #[test]
    fn through_heavy_faults_rdkafka_as_it_comes_inverts_keys_and_made_idempotent_it_does_not() {
        let (finished, rows) = ordering(
            1_000,
            "--faults heavy --seed 3 --batch-size 100 --carrier headers --publisher rdkafka,rdkafka-idempotent",
        );
        assert_eq!(finished.code, Some(0), "{finished:#?}");
        let [as_it_comes, idempotent] = &rows[..] else { panic!("{rows:?}") };
        assert!(count(as_it_comes, "stream_inversions") > 0, "{as_it_comes}");
        assert_clean(idempotent, 1_000);
    }

    #[cfg(not(feature = "rdkafka"))]
    #[test]
    fn a_publisher_that_is_not_built_in_is_refused_with_the_way_to_build_it() {
        let (finished, _) = ordering(1, "--publisher rdkafka-idempotent");
        assert_eq!(finished.code, Some(2), "{finished:#?}");
        assert!(finished.stderr.contains("--features rdkafka -- ordering --transport kafka"), "{}", finished.stderr);
    }

    #[test]
    fn a_broker_that_does_not_answer_and_faults_on_a_real_one_are_one_clear_error() {
        let table = [
            ("--bootstrap-servers 127.0.0.1:1", "no Kafka broker answers at `127.0.0.1:1`"),
            (
                "--bootstrap-servers 127.0.0.1:1 --faults light",
                "faults are done to requests before the embedded broker",
            ),
        ];
        for (flags, error) in table {
            let (finished, _) = ordering(1, flags);
            assert_eq!(finished.code, Some(2), "{finished:#?}");
            assert!(finished.stderr.contains(error), "{flags}: {}", finished.stderr);
        }
    }
}
