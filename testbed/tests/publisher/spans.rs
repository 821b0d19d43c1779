//! One `create` span per record, whose context travels; one `send` span per request, linked to what it sends.

use std::time::Duration;

use kinetrace::history::TraceIds;
use kinetrace::{Carrier, KeyNames, Record};
use kinetrace_producer::{Ack, Publisher};
use opentelemetry::Context;
use opentelemetry::trace::{FutureExt as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry_sdk::trace::SpanData;

use crate::faults::{Step, THROTTLED};
use crate::world::{STREAM, World, acks, enqueue};

const KEY: &str = "kinetrace.record.key";

#[tokio::test]
async fn each_record_has_a_create_span_whose_context_travels_and_which_says_where_it_arrived() {
    let world = World::start(2, []).await;
    let publisher = world.publisher().build();
    let acks = acks(enqueue(&publisher, &["a0", "b0", "a1"]).await).await;
    assert_eq!(spans(&world, "create flights").len(), 3);
    for ack in acks {
        let span = span_of(&world, &ack);
        assert_eq!((&span.name, &span.span_kind), (&format!("create {STREAM}").into(), &SpanKind::Producer));
        assert_eq!(span.parent_span_id, SpanId::INVALID);
        assert_eq!(attribute(&span, "messaging.destination.partition.id"), ack.shard_id);
        assert_eq!(attribute(&span, "messaging.message.id"), ack.sequence_number.as_str());
        assert_eq!(attribute(&span, "aws.kinesis.stream_name"), STREAM);
        assert_eq!(attribute(&span, "kinetrace.injection"), "injected");
    }
}

/// With the partition-key carrier the record in the stream has another one.
#[tokio::test]
async fn a_create_span_names_the_original_key_with_every_carrier_and_a_send_span_names_none() {
    let carriers = [Carrier::Envelope, Carrier::Member, Carrier::Datadog, Carrier::Aggregate, Carrier::PartitionKey];
    for carrier in carriers.map(Some).into_iter().chain([None]) {
        let world = World::start(1, []).await;
        let publisher = world.publisher().carrier(carrier).build();
        acks(enqueue(&publisher, &["a0", "b0", "a1"]).await).await;
        publisher.close().await;
        let mut keys: Vec<_> = spans(&world, "create flights").iter().map(|span| attribute(span, KEY)).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["a", "a", "b"], "{carrier:?}");
        assert!(spans(&world, "send flights").iter().all(|span| attribute(span, KEY).is_empty()), "{carrier:?}");
    }
}

#[tokio::test]
async fn keys_in_spans_are_hashed_where_keys_are_and_left_out_where_that_was_chosen() {
    let world = World::start(1, []).await;
    let hashed = KeyNames::hashed();
    let named = hashed.name("a").into_owned();
    for (publisher, expected) in [
        (world.publisher().key_names(hashed.clone()), &*named),
        (world.publisher().key_names(hashed.clone()).key_attribute(false), ""),
        (world.publisher().key_attribute(false), ""),
    ] {
        publisher.build().send(Record::new("a", "payload")).await.unwrap();
        assert_eq!(attribute(spans(&world, "create flights").last().unwrap(), KEY), expected);
    }
}

#[tokio::test]
async fn every_request_is_a_send_span_linked_to_what_it_sends() {
    let world = World::start(1, [Step::FailEntry("b", THROTTLED)]).await;
    let publisher = world.publisher().build();
    let acks = acks(enqueue(&publisher, &["a0", "b0"]).await).await;
    // The spans of the requests in flight end with them.
    publisher.close().await;
    let [a, b] = [&acks[0], &acks[1]].map(|ack| span_of(&world, ack).span_context);
    let sends = spans(&world, "send flights");
    let links: Vec<_> = sends.iter().map(linked).collect();
    assert_eq!(links, [vec![a, b.clone()], vec![b]]);
    assert!(sends.iter().all(|span| span.span_kind == SpanKind::Client));
    assert_eq!(attribute(&sends[0], "messaging.batch.message_count"), "2");
    assert_eq!(sends[0].status, Status::error("1 of 2 records failed"));
    assert_eq!(sends[1].status, Status::Unset);
}

#[tokio::test]
async fn a_record_continues_the_trace_of_its_caller() {
    let world = World::start(1, []).await;
    let publisher = world.publisher().build();
    let callers: Vec<Context> = ["first", "second"].map(|name| caller(&world, name)).into();
    let mut deliveries = Vec::new();
    for (caller, key) in callers.iter().zip(["a", "b"]) {
        deliveries.push(publisher.enqueue(Record::new(key, "payload")).with_context(caller.clone()).await.unwrap());
    }
    for (ack, caller) in acks(deliveries).await.iter().zip(&callers) {
        assert_child(&span_of(&world, ack), caller.span().span_context());
    }
    // Two callers, one request: it is nobody's child.
    assert_eq!(spans(&world, "send flights")[0].parent_span_id, SpanId::INVALID);
}

#[tokio::test]
async fn the_send_span_of_a_single_caller_is_in_the_callers_trace() {
    let world = World::start(1, []).await;
    let caller = caller(&world, "caller");
    world.publisher().build().send(Record::new("a", "payload")).with_context(caller.clone()).await.unwrap();
    assert_child(&spans(&world, "send flights")[0], caller.span().span_context());
}

#[tokio::test]
async fn without_create_spans_the_callers_own_context_travels_and_its_span_stays_open() {
    let world = World::start(1, []).await;
    let publisher = world.publisher().create_spans(false).build();
    let caller = caller(&world, "caller");
    let ack = publisher.send(Record::new("a", "payload")).with_context(caller.clone()).await.unwrap();
    assert_eq!(ack.context.unwrap(), ids(caller.span().span_context()));
    assert_eq!(spans(&world, "create flights").len(), 0);
    assert!(caller.span().is_recording(), "the publisher ended a span that is not its own");
}

#[tokio::test]
async fn a_record_that_is_given_up_ends_its_create_span_with_the_error() {
    let world = World::start_then(1, [], Step::Refuse(400, "ValidationException")).await;
    let publisher: Publisher = world.publisher().build();
    let deliveries = enqueue(&publisher, &["a0", "a1"]).await;
    publisher.close().await;
    drop(deliveries);
    let created = spans(&world, "create flights");
    assert_eq!(created.len(), 2);
    for (span, cause) in created.iter().zip(["after 1 attempt(s)", "the key is halted"]) {
        let Status::Error { description } = &span.status else { panic!("{span:?}") };
        assert!(description.contains(cause) && description.contains("ValidationException"), "{description}");
    }
}

#[tokio::test]
async fn what_is_cut_off_ends_its_spans_with_an_error() {
    let world = World::start(1, [Step::Hold]).await;
    let publisher = world.publisher().build();
    let delivery = enqueue(&publisher, &["a0"]).await;
    world.faults.held().await;
    publisher.close_within(Duration::ZERO).await;
    drop(delivery);
    let closed = "the publisher was closed before an answer came";
    for (name, error) in [("create flights", closed), ("send flights", "1 of 1 records failed")] {
        let [span] = &spans(&world, name)[..] else { panic!("one {name}") };
        assert_eq!(span.status, Status::error(error), "{name}");
    }
}

fn caller(world: &World, name: &'static str) -> Context {
    Context::new().with_span(world.telemetry.tracer().start(name))
}

/// The spans of this name, in the order in which they ended.
fn spans(world: &World, name: &str) -> Vec<SpanData> {
    world.spans.get_finished_spans().unwrap().into_iter().filter(|span| span.name == name).collect()
}

fn span_of(world: &World, ack: &Ack) -> SpanData {
    let injected = ack.context.as_ref().unwrap();
    let spans = world.spans.get_finished_spans().unwrap();
    spans.into_iter().find(|span| ids(&span.span_context) == *injected).unwrap()
}

fn ids(context: &SpanContext) -> TraceIds {
    TraceIds::new(context.trace_id().to_string(), context.span_id().to_string())
}

fn linked(span: &SpanData) -> Vec<SpanContext> {
    span.links.iter().map(|link| link.span_context.clone()).collect()
}

fn attribute(span: &SpanData, name: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == name);
    found.map(|attribute| attribute.value.to_string()).unwrap_or_default()
}

#[track_caller]
fn assert_child(span: &SpanData, parent: &SpanContext) {
    assert_eq!((span.span_context.trace_id(), span.parent_span_id), (parent.trace_id(), parent.span_id()));
}
