//! What a page keeps of a shard that is blocked while others flow.

use kinetrace::history::ProcessOutcome;
use kinetrace_testbed::event_source_mapping::{Answered, Cause, Happening};
use kinetrace_testbed::function::FunctionHappening;
use serde_json::{Value, json};

use super::made::{at, began, discarded, ended, failed, process, put, watched};
use super::viewer::Viewer;
use crate::page::Model;

/// So many rows a page has here.
const KEEP: usize = 40;

/// Of the shard that is blocked, records 1 to 30 are put, and the first five fail. 200 more go through another shard.
fn blocked(viewer: &mut Viewer) -> Model {
    let mut model = watched(KEEP);
    (1..=30).for_each(|number| model.put(&put(number, number), None));
    model.mapping(0, at(40), &began(0, &[1, 2, 3, 4, 5], Cause::Fresh, 0));
    model.function(0, at(40), &FunctionHappening::Began { environment: 0, request_id: "r".into(), number: Some(0) });
    (1..=5).for_each(|number| model.process(&process(number, 41, "r", ProcessOutcome::Failed)));
    model.mapping(0, at(60), &ended(0, failed("no"), None));
    viewer.ask(&model);
    for number in 1..=200 {
        let mut line = put(1_000 + number, 100 + number);
        line.shard = Some("shardId-000000000001".into());
        model.put(&line, None);
        let mut begins = began(number, &[1_000 + number], Cause::Fresh, 0);
        if let Happening::Began { shard, .. } = &mut begins {
            "shardId-000000000001".clone_into(shard);
        }
        model.mapping(0, at(110 + number), &begins);
        model.mapping(0, at(120 + number), &ended(number, Answered::Succeeded, None));
        if number % 7 == 0 {
            viewer.ask(&model);
        }
    }
    model
}

fn rows(viewer: &Viewer) -> Vec<(Value, Value)> {
    viewer.column("records", "sequence").into_iter().zip(viewer.column("records", "state")).collect()
}

fn first_shard(model: &Model) -> Value {
    Viewer::open(model).whole["present"]["shards"][0].clone()
}

#[test]
fn records_that_are_stuck_keep_their_rows_and_attempts_however_much_flows() {
    let mut viewer = Viewer::open(&watched(KEEP));
    let model = blocked(&mut viewer);
    viewer.ask(&model);
    assert_eq!(viewer.tables, Viewer::open(&model).tables);
    let stuck = rows(&viewer).into_iter().filter(|(_, state)| *state == 3).map(|(number, _)| number);
    assert_eq!(stuck.collect::<Vec<_>>(), ["1", "2", "3", "4", "5"]);
    assert_eq!(viewer.column("records", "key").len(), KEEP);
    let first = viewer.tables["records"].first;
    let attempts = viewer.column("attempts", "record");
    let kept = attempts.iter().filter(|record| record.as_u64().unwrap() >= first).count();
    assert_eq!(kept, 5, "one of each: {attempts:?}");
}

#[test]
fn what_waits_counts_with_and_without_a_row() {
    let mut model = blocked(&mut Viewer::open(&watched(KEEP)));
    model.at(at(1_006));
    let shard = first_shard(&model);
    assert_eq!((&shard["waiting"], &shard["in_flight"]), (&json!(30), &json!(0)));
    // Record 1 was acknowledged after 6 ms.
    assert_eq!(shard["age_ms"], 1_000);
}

#[test]
fn what_happens_to_a_record_without_a_row_gives_it_one() {
    let mut model = blocked(&mut Viewer::open(&watched(KEEP)));
    model.mapping(0, at(500), &began(201, &[1, 2, 3, 4, 5], Cause::Retry, 1));
    assert_eq!(first_shard(&model)["in_flight"], 5);
    model.mapping(0, at(510), &ended(201, failed("no"), None));
    model.mapping(0, at(510), &discarded(&[1, 2, 3, 4, 5]));
    model.mapping(0, at(520), &began(202, &[6, 7], Cause::Fresh, 0));
    model.mapping(0, at(530), &ended(202, Answered::Succeeded, None));
    let viewer = Viewer::open(&model);
    assert_eq!(viewer.whole["present"]["totals"]["lost"], 5);
    let rows = rows(&viewer);
    for (number, state) in [("1", 5), ("5", 5), ("6", 2), ("7", 2)] {
        assert!(rows.contains(&(json!(number), json!(state))), "{number}: {rows:?}");
    }
    assert_eq!(first_shard(&model)["waiting"], 23);
}
