//! What a live run's page says of its records.

use kinetrace::history::{ProcessOutcome, Timestamp};
use kinetrace_testbed::event_source_mapping::{Answered, Cause, Happening};
use kinetrace_testbed::function::FunctionHappening;
use serde_json::json;

use super::made::{SHARD, STREAM, at, began, discarded, ended, failed, partial, process, put, read, shard, watched};
use super::viewer::Viewer;
use crate::page::{Model, remarkable};

const WAITING: u8 = 0;
const IN_FLIGHT: u8 = 1;
const DONE: u8 = 2;
const AGAIN: u8 = 3;
const DISCARDED: u8 = 4;
const LOST: u8 = 5;
const FILTERED: u8 = 6;
const SKIPPED: u8 = 7;

/// One step of a run.
enum Step {
    Put(u64),
    Mapping(Happening),
    /// Number, outcome.
    Processed(u64, ProcessOutcome),
}

use ProcessOutcome::{Failed, NotReached, Skipped, SkippedByHandler, Succeeded};
use Step::{Mapping, Processed, Put};

fn run(steps: Vec<Step>) -> Model {
    let mut model = watched(100);
    // The request that all processings here are of.
    model.mapping(0, at(0), &began(99, &[], Cause::Fresh, 0));
    model.function(0, at(0), &FunctionHappening::Began { environment: 0, request_id: "r".into(), number: Some(99) });
    for (millis, step) in steps.into_iter().enumerate() {
        let millis = millis as u64 * 100;
        match step {
            Put(number) => model.put(&put(number, millis), None),
            Mapping(happening) => model.mapping(0, at(millis), &happening),
            Processed(number, outcome) => model.process(&process(number, millis, "r", outcome)),
        }
    }
    model
}

fn fresh(invocation: u64, numbers: &[u64]) -> Step {
    Mapping(began(invocation, numbers, Cause::Fresh, 0))
}

fn done(invocation: u64) -> Step {
    Mapping(ended(invocation, Answered::Succeeded, None))
}

#[test]
fn a_record_has_the_state_that_its_mapping_and_its_processings_give_it() {
    let again = |cause| Mapping(began(1, &[1, 2], cause, 1));
    let fails = |invocation| Mapping(ended(invocation, failed("no"), None));
    let filtered = || Mapping(Happening::Filtered { shard: SHARD.into(), records: vec!["1".into()] });
    let table: Vec<(&str, Vec<Step>, [u8; 2])> = vec![
        ("put", vec![], [WAITING, WAITING]),
        ("read", vec![Mapping(read(&[1, 2], 0))], [WAITING, WAITING]),
        ("in flight", vec![fresh(0, &[1])], [IN_FLIGHT, WAITING]),
        ("done, its line is late", vec![fresh(0, &[1]), done(0)], [DONE, WAITING]),
        ("done", vec![fresh(0, &[1]), Processed(1, Succeeded), done(0)], [DONE, WAITING]),
        ("failed", vec![fresh(0, &[1, 2]), fails(0)], [AGAIN, AGAIN]),
        ("retried", vec![fresh(0, &[1, 2]), fails(0), again(Cause::Retry)], [IN_FLIGHT, IN_FLIGHT]),
        (
            "bisected",
            vec![fresh(0, &[1, 2]), fails(0), Mapping(began(1, &[1], Cause::Bisected, 1)), done(1)],
            [DONE, AGAIN],
        ),
        ("partly done", vec![fresh(0, &[1, 2]), Mapping(ended(0, partial(2), None))], [DONE, AGAIN]),
        (
            "reached too late",
            vec![fresh(0, &[1, 2]), Processed(1, Failed), Processed(2, NotReached), fails(0)],
            [AGAIN, AGAIN],
        ),
        // The loss: the function says that record 2 failed, and its mapping does not look.
        ("ignored", vec![fresh(0, &[1, 2]), Mapping(ended(0, Answered::Succeeded, Some(2)))], [DONE, LOST]),
        ("ignored, told late", vec![fresh(0, &[1, 2]), done(0), Processed(2, Failed)], [DONE, LOST]),
        (
            "ignored, but done before",
            vec![Processed(2, Succeeded), fresh(0, &[1, 2]), Mapping(ended(0, Answered::Succeeded, Some(2)))],
            [DONE, DONE],
        ),
        ("given up", vec![fresh(0, &[1]), Processed(1, Failed), fails(0), Mapping(discarded(&[1]))], [LOST, WAITING]),
        (
            "given up, though once done",
            vec![Processed(1, Succeeded), fresh(0, &[1]), fails(0), Mapping(discarded(&[1]))],
            [DISCARDED, WAITING],
        ),
        (
            "redelivered",
            vec![fresh(0, &[1, 2]), Processed(1, Succeeded), done(0), again(Cause::Redelivery), fails(1)],
            [AGAIN, AGAIN],
        ),
        ("filtered", vec![filtered()], [FILTERED, WAITING]),
        ("a copy skipped", vec![fresh(0, &[1]), Processed(1, Skipped), done(0)], [SKIPPED, WAITING]),
        ("skipped by the handler", vec![fresh(0, &[1]), Processed(1, SkippedByHandler), done(0)], [SKIPPED, WAITING]),
    ];
    for (what, steps, expected) in table {
        let model = run([vec![Put(1), Put(2)], steps].into_iter().flatten().collect());
        let viewer = Viewer::open(&model);
        assert_eq!(viewer.column("records", "state"), expected.map(|state| json!(state)), "{what}");
        let lost = expected.iter().filter(|state| **state == LOST).count();
        assert_eq!(viewer.whole["present"]["totals"]["lost"], lost, "{what}");
    }
}

#[test]
fn shards_count_what_waits_and_what_is_in_flight() {
    let mut model = run(vec![Put(1), Put(2), Put(3), Put(4), fresh(0, &[1, 2]), Mapping(ended(0, partial(2), None))]);
    model.mapping(0, at(900), &began(1, &[2], Cause::Retry, 1));
    model.at(at(2_100));
    let present = &Viewer::open(&model).whole["present"];
    let shard = &present["shards"][0];
    // Record 2 was acknowledged at 105 ms.
    assert_eq!((&shard["waiting"], &shard["in_flight"], &shard["age_ms"]), (&json!(2), &json!(1), &json!(1_995)));
    model.throttled(STREAM, SHARD, at(5_000));
    model.collector_hangs(at(2_600));
    let present = &Viewer::open(&model).whole["present"];
    assert_eq!(present["shards"][0]["throttled_for_ms"], 2_900);
    assert_eq!(present["collector"]["hangs_for_ms"], 500);
}

#[test]
fn an_invocation_gets_its_request_its_environment_and_its_end() {
    let mut model = watched(100);
    model.put(&put(1, 0), None);
    model.mapping(0, at(100), &began(7, &[1], Cause::Fresh, 0));
    let mut viewer = Viewer::open(&model);
    assert_eq!(viewer.column("invocations", "outcome"), [0]);
    // The function's own line is here before what watches the function has said anything.
    model.process(&process(1, 310, "r", Failed));
    assert!(Viewer::open(&model).column("attempts", "record").is_empty());
    let happening = FunctionHappening::Began { environment: 2, request_id: "r".into(), number: Some(7) };
    model.function(0, at(300), &happening);
    let killed = FunctionHappening::Ended { environment: 2, request_id: "r".into(), error: Some("killed".into()) };
    model.function(0, at(320), &killed);
    model.mapping(0, at(330), &ended(7, failed("an error"), None));
    viewer.ask(&model);
    assert_eq!(viewer.column("invocations", "request"), ["r"]);
    assert_eq!(viewer.column("invocations", "environment"), [2]);
    assert_eq!(viewer.column("invocations", "end"), [330_000]);
    assert_eq!(viewer.column("invocations", "outcome"), [3]);
    assert_eq!(viewer.text_column("invocations", "error"), ["killed"]);
    assert_eq!(viewer.column("attempts", "invocation"), [0]);
    let failures = viewer.whole["present"]["failures"].as_array().unwrap().len();
    assert_eq!(failures, 2, "the processing, and the invocation");
}

#[test]
fn a_line_of_an_invocation_that_nobody_saw_waits_for_two_seconds() {
    let mut model = watched(100);
    model.put(&put(1, 0), None);
    model.process(&process(1, 10, "unseen", Succeeded));
    model.process(&process(1, 2_500, "unseen, too", Succeeded));
    let viewer = Viewer::open(&model);
    assert_eq!(viewer.column("attempts", "start"), [10_000]);
    assert_eq!(viewer.column("attempts", "invocation"), [json!(null)]);
}

#[test]
fn a_record_that_is_read_before_its_put_is_known_is_one_row() {
    let mut model = run(vec![Mapping(read(&[1], 0)), fresh(0, &[1]), done(0)]);
    let mut viewer = Viewer::open(&model);
    assert_eq!(viewer.column("records", "acknowledged"), [json!(null)]);
    assert_eq!(viewer.text_column("records", "key"), ["k1"]);
    model.put(&put(1, 2), None);
    viewer.ask(&model);
    assert_eq!(viewer.column("records", "acknowledged"), [7_000]);
    assert_eq!(viewer.column("records", "state"), [DONE]);
    assert_eq!(viewer.column("records", "trace"), [format!("{:032x}", 2)]);
    assert_eq!(viewer.whole["present"]["totals"]["put"], 1);
}

#[test]
fn resharding_closes_the_parents_and_opens_the_children() {
    let mut model = watched(10);
    model.shard(&shard(SHARD, &[]));
    model.put(&put(1, 0), None);
    model.shard(&shard("shardId-000000000001", &[SHARD]));
    model.mapping(0, at(50), &Happening::ShardStarted { shard: "shardId-000000000001".into() });
    model.mapping(0, at(40), &Happening::ShardEnded { shard: SHARD.into() });
    let viewer = Viewer::open(&model);
    let shards = &viewer.whole["streams"][0]["shards"];
    assert_eq!((&shards[0]["opened"], &shards[0]["closed"]), (&json!(null), &json!(5_000)));
    assert_eq!((&shards[1]["opened"], &shards[1]["closed"]), (&json!(5_000), &json!(null)));
    let parent = usize::try_from(shards[1]["parents"][0].as_u64().unwrap()).unwrap();
    assert_eq!(viewer.texts[parent], SHARD);
    assert_eq!(viewer.whole["present"]["shards"][0]["open"], false);
}

/// A page of two functions that read one stream, or of which one does not.
fn watched_by_two(enabled: bool) -> Model {
    let (mut consumer, mut audit) = (watched(10).functions, watched(10).functions);
    audit[0].name = "audit".to_owned();
    consumer.append(&mut audit);
    let mapping = |function, enabled| crate::page::MappingAbout {
        stream: STREAM.to_owned(),
        function,
        settings: kinetrace_testbed::event_source_mapping::Settings::default(),
        enabled,
    };
    Model::new("two", 10, consumer, vec![mapping(0, true), mapping(1, enabled)])
}

/// A command names an invocation so, and a mapping counts its own.
#[test]
fn an_invocation_has_the_number_that_its_mapping_gave_it() {
    let mut model = watched_by_two(true);
    model.put(&put(1, 0), None);
    for (mapping, number) in [(0, 0), (1, 0), (1, 1), (0, 1)] {
        model.mapping(mapping, at(10), &began(number, &[1], Cause::Fresh, 0));
    }
    let viewer = Viewer::open(&model);
    assert_eq!(viewer.column("invocations", "mapping"), [0, 1, 1, 0]);
    assert_eq!(viewer.column("invocations", "number"), [0, 0, 1, 1]);
}

#[test]
fn of_a_stream_with_two_functions_a_record_is_done_when_both_are() {
    let mut model = watched_by_two(true);
    model.put(&put(1, 0), None);
    for (mapping, expected) in [(0, WAITING), (1, DONE)] {
        model.mapping(mapping, at(10), &began(0, &[1], Cause::Fresh, 0));
        model.mapping(mapping, at(20), &ended(0, Answered::Succeeded, None));
        assert_eq!(Viewer::open(&model).column("records", "state"), [expected], "{mapping}");
    }
}

/// As in the line that the terminal has about the progress.
#[test]
fn what_is_skipped_or_filtered_out_is_not_counted_as_processed() {
    let steps = [Succeeded, SkippedByHandler, Skipped, Failed, NotReached];
    let steps = steps.into_iter().zip(1..).map(|(outcome, number)| Processed(number, outcome));
    let viewer = Viewer::open(&run(steps.collect()));
    let present = &viewer.whole["present"];
    assert_eq!((&present["totals"]["processed"], &present["totals"]["failed"]), (&json!(1), &json!(2)));
    let sum = |column: &str| -> u64 {
        present["series"][column].as_array().unwrap().iter().filter_map(|it| it.as_u64()).sum()
    };
    assert_eq!((sum("processed"), sum("failed")), (1, 2));
}

#[test]
fn nothing_waits_in_a_stream_that_nobody_reads() {
    let mut model = watched(10);
    let mut line = put(1, 0);
    line.stream = "archive".into();
    model.put(&line, None);
    model.at(at(500));
    let shard = &Viewer::open(&model).whole["present"]["shards"][0];
    assert_eq!((&shard["waiting"], &shard["age_ms"]), (&json!(0), &json!(0)));
}

#[test]
fn nothing_waits_for_a_mapping_that_is_not_enabled() {
    let mut model = watched_by_two(false);
    model.put(&put(1, 0), None);
    model.mapping(0, at(10), &began(0, &[1], Cause::Fresh, 0));
    model.mapping(0, at(20), &ended(0, Answered::Succeeded, None));
    let viewer = Viewer::open(&model);
    assert_eq!(viewer.column("records", "state"), [DONE]);
    assert_eq!(viewer.whole["present"]["shards"][0]["waiting"], 0);
    let enabled: Vec<_> = viewer.whole["mappings"].as_array().unwrap().iter().map(|it| &it["enabled"]).collect();
    assert_eq!(enabled, [true, false]);
}

/// A record that two functions had once each came to neither again.
#[test]
fn a_record_comes_again_if_it_comes_to_the_same_function_again() {
    let mut model = watched_by_two(true);
    model.put(&put(1, 0), None);
    let mut totals = Vec::new();
    for (mapping, function, number) in [(0, "consumer", 0), (1, "audit", 0), (1, "audit", 1)] {
        let name = format!("{function}-{number}");
        model.mapping(mapping, at(10), &began(number, &[1], Cause::Fresh, 0));
        let global = (mapping as u64) << 48 | number;
        let happening = FunctionHappening::Began { environment: 0, request_id: name.clone(), number: Some(global) };
        model.function(mapping, at(10), &happening);
        let mut line = process(1, 11 + number, &name, Succeeded);
        line.function = Some(function.into());
        model.process(&line);
        model.mapping(mapping, at(30), &ended(number, Answered::Succeeded, None));
        let again = Viewer::open(&model).whole["present"]["totals"]["again"].as_u64().unwrap();
        totals.push((again, remarkable::records(&model).len()));
    }
    assert_eq!(totals, [(0, 1), (0, 0), (1, 1)], "at first it waits for the other function");
}

#[test]
fn before_anything_happens_the_page_has_no_time() {
    let mut model = watched(10);
    model.at(Timestamp(7));
    let mut viewer = Viewer::open(&model);
    assert_eq!(viewer.whole["origin"], "0");
    model.put(&put(1, 0), None);
    viewer.ask(&model);
    assert_eq!(viewer.whole["origin"], at(0).0.to_string(), "the whole document comes with the first time");
}
