//! What is made of a history alone.

use kinetrace::Order;
use kinetrace::ProducerId;
use kinetrace::history::{
    Event, Partitioner, Partitions, Process, ProcessOutcome, PutOutcome, Relation, TraceIds, UNREADABLE,
};
use serde_json::json;

use super::made::{SHARD, at, process, put};
use super::viewer::Viewer;
use crate::page::Model;
use ProcessOutcome::{Failed, NotReached, Succeeded};

fn page(events: impl IntoIterator<Item = Event>) -> Viewer {
    let mut model = Model::of_history("a history", 1_000);
    events.into_iter().for_each(|event| model.event(&event));
    model.finish();
    Viewer::open(&model)
}

fn processed(number: u64, millis: u64, request: &str, outcome: ProcessOutcome) -> Event {
    Event::Process(process(number, millis, request, outcome))
}

#[test]
fn invocations_are_made_of_requests_and_lanes_of_those_that_overlap() {
    let viewer = page([
        Event::Produce(put(1, 0)),
        Event::Produce(put(2, 0)),
        Event::Produce(put(3, 0)),
        processed(1, 10, "a", Succeeded),
        processed(2, 15, "b", Failed),
        processed(3, 25, "b", NotReached),
        processed(2, 100, "c", Succeeded),
        processed(3, 110, "c", Succeeded),
        processed(1, 200, "d", Succeeded),
    ]);
    let column = |name| viewer.column("invocations", name);
    assert_eq!(column("request"), ["a", "b", "c", "d"]);
    assert_eq!(column("lane"), [0, 1, 0, 0]);
    assert_eq!(column("outcome"), [1, 3, 1, 1]);
    assert_eq!(column("cause"), [0, 0, 1, 3], "b's records come again in c, and d's was done before");
    assert_eq!(column("attempt"), [0, 0, 1, 1]);
    assert_eq!(column("size"), [1, 2, 2, 1]);
    assert_eq!(viewer.column("attempts", "invocation"), [0, 1, 1, 2, 2, 3]);
    assert_eq!(viewer.column("records", "state"), [2, 2, 2]);
    assert_eq!(
        viewer.whole["mappings"],
        json!([{"stream": "flights", "function": "consumer", "enabled": true, "settings": {}}])
    );
}

#[test]
fn what_was_acknowledged_and_never_done_is_lost_by_record() {
    let mut refused = put(4, 0);
    (refused.outcome, refused.shard, refused.sequence_number) = (PutOutcome::Failed, None, None);
    let viewer = page([
        Event::Produce(put(1, 0)),
        Event::Produce(put(2, 0)),
        Event::Produce(put(3, 0)),
        Event::Produce(refused),
        processed(1, 10, "a", Succeeded),
        processed(2, 20, "a", Failed),
    ]);
    assert_eq!(viewer.column("records", "state"), [2, 5, 5, 0]);
    assert_eq!(viewer.column("records", "put_outcome"), [0, 0, 0, 1]);
    assert_eq!(viewer.whole["present"]["totals"]["lost"], 2);
}

#[test]
fn a_line_that_was_read_twice_counts_once() {
    let (line, again) = (processed(1, 10, "a", Succeeded), processed(1, 10, "a", Succeeded));
    let viewer = page([Event::Produce(put(1, 0)), line, Event::Produce(put(1, 0)), again]);
    assert_eq!(viewer.column("records", "key").len(), 1);
    assert_eq!(viewer.column("attempts", "record"), [0]);
    assert_eq!(viewer.whole["present"]["totals"]["put"], 1);
}

#[test]
fn a_put_without_an_answer_is_found_by_its_count() {
    let order = Order { producer: ProducerId::from_bits(1), sequence: 7 };
    let (mut unknown, mut line) = (put(1, 0), process(1, 10, "a", Succeeded));
    (unknown.outcome, unknown.order, line.order) = (PutOutcome::Unknown, Some(order), Some(order));
    (unknown.shard, unknown.sequence_number) = (None, None);
    let viewer = page([Event::Produce(unknown), Event::Process(line)]);
    assert_eq!(viewer.column("records", "sequence"), ["1"]);
    assert_eq!(viewer.column("records", "put_outcome"), [2]);
    assert_eq!(viewer.text_column("records", "shard"), [SHARD]);
}

#[test]
fn the_order_of_lines_and_files_is_of_no_importance() {
    let viewer = page([processed(1, 10, "a", Succeeded), Event::Produce(put(1, 0))]);
    assert_eq!(viewer.column("records", "acknowledged"), [5_000 - 10_000]);
    assert_eq!(viewer.column("records", "state"), [2]);
    assert_eq!(viewer.whole["origin"], at(10).0.to_string());
}

#[test]
fn the_records_of_an_aggregate_are_told_apart() {
    let within = |sub: u64, outcome| {
        let mut line = process(1, 10 + sub, "a", outcome);
        line.sub_sequence_number = Some(sub);
        Event::Process(line)
    };
    let viewer = page([within(0, Succeeded), within(1, Failed), within(1, Succeeded)]);
    assert_eq!(viewer.column("records", "sub"), [0, 1]);
    assert_eq!(viewer.column("attempts", "record"), [0, 1, 1]);
}

#[test]
fn links_batches_and_records_that_cannot_be_read_are_shown_as_such() {
    let mut linked = process(1, 10, "a", Succeeded);
    linked.span = Some(TraceIds::new("f".repeat(32), "e".repeat(16)));
    linked.relation = Some(Relation::Link);
    let mut unreadable = process(2, 10, "a", Failed);
    (unreadable.format, unreadable.group, unreadable.error) = (UNREADABLE.into(), None, Some("no base64".into()));
    let viewer = page([Event::Process(linked), Event::Process(unreadable)]);
    assert_eq!(viewer.column("attempts", "relation"), [2, 0]);
    assert_eq!(viewer.column("attempts", "trace"), ["f".repeat(32), String::new()]);
    assert_eq!(viewer.text_column("attempts", "error"), ["", "no base64"]);
    assert_eq!(viewer.text_column("records", "format"), ["none", UNREADABLE]);
    assert_eq!(viewer.text_column("records", "key"), ["k1", ""]);
}

#[test]
fn partitions_of_a_topic_are_its_shards() {
    let partitions = Partitions::new("flights", 3, Partitioner::Murmur2);
    let mut line = Process::new("flights", "2", "41", Succeeded, at(0), at(1));
    line.request_id = "a".into();
    let viewer = page([Event::Partitions(partitions), Event::Process(line)]);
    let shards = viewer.whole["streams"][0]["shards"].as_array().unwrap();
    let names: Vec<_> =
        shards.iter().map(|it| &viewer.texts[usize::try_from(it["shard"].as_u64().unwrap()).unwrap()]).collect();
    assert_eq!(names, ["0", "1", "2"]);
    assert_eq!(viewer.text_column("records", "shard"), ["2"]);
}

#[test]
fn of_functions_that_read_one_stream_each_has_to_do_a_record() {
    let mut other = process(1, 30, "b", Failed);
    other.function = Some("audit".into());
    let viewer = page([Event::Produce(put(1, 0)), processed(1, 10, "a", Succeeded), Event::Process(other)]);
    assert_eq!(viewer.column("records", "state"), [5]);
    assert_eq!(viewer.column("invocations", "mapping"), [0, 1]);
}

#[test]
fn a_long_history_keeps_the_last_records_whatever_file_comes_first() {
    let puts = (0..500).map(|number| Event::Produce(put(number, number)));
    let processings = (0..500).map(|number| processed(number, number + 10, &format!("r-{number}"), Succeeded));
    let orders: [Vec<Event>; 2] =
        [puts.clone().chain(processings.clone()).collect(), processings.chain(puts).collect()];
    for events in orders {
        let mut model = Model::of_history("long", 100);
        events.iter().for_each(|event| model.event(event));
        model.finish();
        let viewer = Viewer::open(&model);
        let numbers = viewer.column("records", "sequence");
        assert_eq!((numbers.len(), &numbers[0], &numbers[99]), (100, &json!("400"), &json!("499")));
        assert!(viewer.column("records", "state").iter().all(|state| *state == 2));
        assert_eq!(viewer.column("attempts", "record").len(), 100);
    }
}
