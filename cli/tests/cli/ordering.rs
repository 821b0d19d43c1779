//! `kinetrace ordering`, on a few events.

use kinetrace_testbed::kinesis::Kinesis;
use serde_json::Value;

use crate::program::{Finished, file, run, run_with};

const FIELDS: [&str; 20] = [
    "carrier",
    "parallelization_factor",
    "publisher",
    "batch_size",
    "shards",
    "faults",
    "seed",
    "records",
    "acknowledged",
    "lost",
    "misplaced",
    "stream_inversions",
    "process_inversions",
    "overlaps",
    "traces_joined",
    "spans_lost",
    "records_per_second",
    "latency_ms_p50",
    "latency_ms_p99",
    "peak_memory_mib",
];

/// Runs it on sixty events of five groups, and returns the text it wrote to `--json`, too.
fn ordering(args: &[&str]) -> (Finished, String) {
    ordering_of(60, args)
}

fn ordering_of(events: usize, args: &[&str]) -> (Finished, String) {
    let (finished, json) = ordering_with(events, args, &[]);
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    (finished, json)
}

fn ordering_with(events: usize, args: &[&str], variables: &[(&str, &str)]) -> (Finished, String) {
    let limit = events.to_string();
    let events: Vec<_> = (0..events + 39).map(|n| format!(r#"{{"group":"g{}","n":{n}}}"#, n % 5)).collect();
    let (_directory, input) = file("events.ndjson", events.join("\n"));
    let (_directory_too, json) = file("rows.json", "");
    let input = ["ordering", "--input", &input, "--group-by", "group", "--limit", &limit, "--json", &json];
    let finished = run_with(&[&input, args].concat(), variables, b"");
    (finished, std::fs::read_to_string(&json).unwrap())
}

fn rows(json: &str) -> Vec<Value> {
    serde_json::from_str(json).unwrap()
}

fn assert_clean(row: &Value) {
    assert_clean_of(60, row);
}

fn assert_clean_of(events: usize, row: &Value) {
    assert_eq!((&row["records"], &row["acknowledged"]), (&events.into(), &events.into()), "{row}");
    for fault in ["lost", "misplaced", "stream_inversions", "process_inversions", "overlaps"] {
        assert_eq!(row[fault], 0, "{fault}: {row}");
    }
}

/// The records that a run says were packed, and the aggregates it says they were packed into.
fn aggregation(line: &str) -> Option<(u64, u64)> {
    let words: Vec<_> = line.trim_start().strip_prefix("aggregation: ")?.split(' ').collect();
    let [records, "of", _, "records", "in", aggregates, "aggregates"] = words[..] else { panic!("{line:?}") };
    Some((records.parse().unwrap(), aggregates.parse().unwrap()))
}

#[test]
fn what_leaves_the_partition_key_alone_keeps_order_and_joins_traces_where_the_partition_key_loses_order() {
    let carriers = ["none", "envelope", "member", "datadog", "aggregate", "partition-key", "partition-key-only"];
    let list = carriers.join(",");
    let (finished, json) =
        ordering(&["--carrier", &list, "--parallelization-factor", "1,10", "--publisher", "ordered"]);
    let rows = rows(&json);
    let runs: Vec<_> = rows.iter().map(|row| (row["carrier"].clone(), row["parallelization_factor"].clone())).collect();
    assert_eq!(runs, carriers.map(|carrier| [(carrier.into(), 1.into()), (carrier.into(), 10.into())]).concat());
    for clean in &rows[..11] {
        assert_clean(clean);
    }
    let joined: Vec<_> = rows.iter().map(|row| row["traces_joined"].as_u64().unwrap()).collect();
    assert_eq!(joined, [[0; 2], [60; 2], [60; 2], [60; 2], [60; 2], [60; 2], [60; 2]].concat());
    let [.., key_at_10, only_at_1, only_at_10] = &rows[..] else { panic!("{json}") };
    let count = |row: &Value, fault: &str| row[fault].as_u64().unwrap();
    assert!(count(only_at_1, "misplaced") > 0 && count(only_at_10, "misplaced") > 0, "{json}");
    for row in [key_at_10, only_at_10] {
        assert!(count(row, "process_inversions") + count(row, "overlaps") > 0, "{row}");
        assert_eq!(row["lost"], 0, "{row}");
    }
    assert!(finished.stdout.contains("11 of the 11 combinations that should keep order do"), "{}", finished.stdout);
}

#[test]
fn the_json_has_exactly_the_promised_fields_in_their_order() {
    let (_, json) = ordering(&["--carrier", "envelope", "--parallelization-factor", "1", "--publisher", "put-records"]);
    let names = json.lines().filter_map(|line| line.trim_start().strip_prefix('"')?.split_once("\": "));
    assert_eq!(names.map(|(name, _)| name).collect::<Vec<_>>(), FIELDS, "{json}");
    let [row] = &rows(&json)[..] else { panic!("{json}") };
    for text in ["carrier", "publisher", "faults"] {
        assert!(row[text].is_string(), "{row}");
    }
    for count in FIELDS.iter().skip(6).take(10).chain(&["parallelization_factor", "batch_size", "shards"]) {
        assert!(row[count].is_u64(), "{count}: {row}");
    }
    for measure in &FIELDS[16..] {
        let is_known = *measure != "peak_memory_mib" || cfg!(target_os = "linux");
        assert!(!is_known || row[measure].as_f64().unwrap() > 0.0, "{measure}: {row}");
    }
}

#[test]
fn records_of_one_batch_are_joined_to_their_traces_by_links() {
    let (_, json) = ordering(&["--carrier", "envelope,aggregate", "--publisher", "ordered", "--batch-size", "10"]);
    let rows = rows(&json);
    assert_eq!(rows.len(), 4, "{json}");
    for row in &rows {
        assert_clean(row);
        assert_eq!((&row["batch_size"], &row["traces_joined"]), (&10.into(), &60.into()), "{row}");
    }
}

#[test]
fn through_heavy_faults_and_resharding_the_ordered_publisher_keeps_order_and_loses_nothing() {
    let lists = ["--carrier", "envelope,aggregate", "--parallelization-factor", "10", "--publisher", "ordered"];
    let (finished, json) = ordering(&[&lists[..], &["--faults", "heavy", "--reshard", "--seed", "3"]].concat());
    let rows = rows(&json);
    assert_eq!(rows.len(), 2, "{json}");
    for row in &rows {
        assert_clean(row);
        assert_eq!((&row["faults"], &row["traces_joined"]), (&"heavy+reshard".into(), &60.into()), "{row}");
    }
    for done in ["after commit", "entries throttled", "resharding: 4 splits, 1 merges"] {
        assert!(finished.stderr.contains(done), "{done:?} was not done: {}", finished.stderr);
    }
    assert!(finished.stdout.contains("faults heavy+reshard"), "{}", finished.stdout);
}

#[test]
fn through_heavy_faults_and_resharding_records_that_travel_packed_keep_order_and_none_is_lost() {
    let lists =
        ["--carrier", "envelope,aggregate", "--parallelization-factor", "10", "--publisher", "ordered-aggregated"];
    let (finished, json) = ordering_of(400, &[&lists[..], &["--faults", "heavy", "--reshard", "--seed", "3"]].concat());
    let rows = rows(&json);
    assert_eq!(rows.len(), 2, "{json}");
    for row in &rows {
        assert_clean_of(400, row);
        assert_eq!((&row["publisher"], &row["traces_joined"]), (&"ordered-aggregated".into(), &400.into()), "{row}");
    }
    assert!(finished.stdout.contains("2 of the 2 combinations that should keep order do"), "{}", finished.stdout);
    let packed: Vec<_> = finished.stderr.lines().filter_map(aggregation).collect();
    assert_eq!(packed.len(), 2, "{}", finished.stderr);
    assert!(packed.iter().all(|(records, aggregates)| records > aggregates && *aggregates > 0), "{packed:?}");
    for done in ["committed twice", "resharding: 4 splits, 1 merges"] {
        assert!(finished.stderr.contains(done), "{done:?} was not done: {}", finished.stderr);
    }
}

/// What a run says that it kept at most: records in the stream, unsettled ones, spans that were not joined.
fn kept(line: &str) -> Option<[usize; 3]> {
    let words: Vec<_> = line.trim_start().strip_prefix("kept at most: ")?.split(' ').collect();
    let [stored, "records", "in", "the", "stream,", unsettled, "unsettled,", spans, "spans", "unjoined"] = words[..]
    else {
        panic!("{line:?}")
    };
    Some([stored, unsettled, spans].map(|count| count.parse().unwrap()))
}

#[test]
fn a_run_of_many_records_repeats_its_events_and_keeps_nothing_of_those_that_are_settled() {
    const RECORDS: usize = 4_000;
    let lists = ["--carrier", "envelope", "--parallelization-factor", "1", "--publisher", "ordered", "--no-work"];
    let long = ["--records", "4000", "--ahead", "100", "--batch-size", "200", "--faults", "heavy", "--reshard"];
    let (_directory, json) = file("rows.json", "");
    let finished = run(&[&["ordering", "--limit", "2000", "--json", &json], &lists[..], &long].concat());
    assert_eq!(finished.code, Some(0), "{finished:#?}");
    let json = std::fs::read_to_string(&json).unwrap();
    let [row] = &rows(&json)[..] else { panic!("{json}") };
    assert_clean_of(RECORDS, row);
    assert_eq!((&row["traces_joined"], &row["spans_lost"]), (&RECORDS.into(), &0.into()), "{row}");
    let kept = finished.stderr.lines().find_map(kept).unwrap();
    assert!(kept.iter().all(|kept| (1..RECORDS / 2).contains(kept)), "{kept:?} of {RECORDS}");
}

#[test]
fn spans_that_are_lost_are_told_apart_from_order_that_is_lost() {
    let lists =
        ["--carrier", "envelope", "--parallelization-factor", "1", "--publisher", "ordered", "--batch-size", "100"];
    // Some spans go while the others come; the last ones find room.
    let (finished, json) =
        ordering_with(3_000, &[&lists[..], &["--no-work"]].concat(), &[("OTEL_BSP_MAX_QUEUE_SIZE", "16")]);
    assert_eq!(finished.code, Some(3), "{finished:#?}");
    let [row] = &rows(&json)[..] else { panic!("{json}") };
    assert_clean_of(3_000, row);
    let [joined, lost] = ["traces_joined", "spans_lost"].map(|field| row[field].as_u64().unwrap());
    assert!(joined < 3_000 && lost >= 3_000 - joined, "{row}");
    assert!(finished.stdout.contains("1 of the 1 combinations that should keep order do"), "{}", finished.stdout);
    assert!(
        finished.stdout.contains(&format!("spans lost: {lost} did not reach the collector")),
        "{}",
        finished.stdout
    );
}

#[test]
fn the_usual_retry_of_the_failed_entries_loses_order_under_the_same_faults() {
    let lists = ["--carrier", "envelope", "--parallelization-factor", "1", "--publisher", "put-records"];
    let (_, json) = ordering(&[&lists[..], &["--faults", "heavy", "--reshard", "--seed", "3"]].concat());
    let [row] = &rows(&json)[..] else { panic!("{json}") };
    assert!(row["stream_inversions"].as_u64().unwrap() > 0, "{row}");
    assert_eq!((&row["lost"], &row["misplaced"]), (&0.into(), &0.into()), "{row}");
}

#[test]
fn one_record_after_the_other_keeps_order_while_nothing_fails() {
    let lists = ["--carrier", "envelope", "--parallelization-factor", "10", "--publisher", "put-record", "--reshard"];
    let (_, json) = ordering(&lists);
    let [row] = &rows(&json)[..] else { panic!("{json}") };
    assert_clean(row);
    assert_eq!((&row["publisher"], &row["faults"]), (&"put-record".into(), &"reshard".into()), "{row}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_kinesis_serves_as_well_as_the_embedded_one() {
    let kinesis = Kinesis::start().await.unwrap();
    let url = kinesis.endpoint().to_owned();
    let (finished, json) = tokio::task::spawn_blocking(move || {
        let lists = ["--carrier", "envelope", "--parallelization-factor", "10", "--publisher", "ordered"];
        ordering(&[&["--endpoint-url", &url], &lists[..]].concat())
    })
    .await
    .unwrap();
    let [row] = &rows(&json)[..] else { panic!("{json}") };
    assert_clean(row);
    assert_eq!(row["traces_joined"], 60, "{row}");
    assert!(finished.stderr.contains("run 1 of 1"), "no progress: {finished:#?}");
    let streams = kinesis.client().list_streams().send().await.unwrap();
    assert!(streams.stream_names().is_empty(), "left behind: {streams:?}");
}

#[test]
fn a_consumer_that_cannot_run_ends_the_comparison() {
    let lists = ["ordering", "--limit", "2", "--carrier", "none", "--publisher", "ordered", "--bootstrap"];
    let with = |bootstrap| run(&[&lists[..], &[bootstrap]].concat());
    with("/no/such/bootstrap").assert_error(2, &["--bootstrap", "/no/such/bootstrap"]);
    with("/bin/false").assert_error(2, &["processed nothing", "exit status: 1"]);
}

/// Order is what it compares, and no setting of telemetry says anything about that.
#[test]
fn an_unknown_propagator_is_reported_and_ends_no_comparison() {
    let arguments = ["ordering", "--limit", "2", "--carrier", "envelope", "--publisher", "ordered"];
    let finished = run_with(&arguments, &[("OTEL_PROPAGATORS", "w3c")], b"");
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(finished.stderr.contains(r#"OTEL_PROPAGATORS="w3c""#), "{finished:?}");
}
