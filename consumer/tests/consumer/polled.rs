//! Records that a program has read by itself.

use futures_util::FutureExt as _;
use kinetrace_consumer::kinesis::EventRecord;
use kinetrace_consumer::{Consumer, RelationPolicy};
use opentelemetry::trace::{FutureExt as _, Status, TraceContextExt as _, Tracer as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};

use crate::world::{SPAN_ID, TRACE_ID, World, envelope, moody};

fn record(number: u32, data: &str) -> EventRecord {
    EventRecord::new("flights", "shardId-000000000000", number.to_string(), data.to_owned()).partition_key("N14228")
}

fn consumer(world: &World, relation: RelationPolicy) -> Consumer<impl kinetrace_consumer::Handler> {
    let builder = Consumer::builder(moody).read_environment(false).telemetry(world.telemetry());
    builder.relation(relation).build().unwrap()
}

#[tokio::test]
async fn a_polled_record_continues_its_producers_trace_and_links_to_the_callers_span() {
    let world = World::new();
    let consumer = consumer(&world, RelationPolicy::Auto);
    let poll = Context::new().with_span(world.provider.tracer("poller").start("poll"));
    let caller = poll.span().span_context().clone();
    let records = [record(8, &envelope("1")), record(9, &envelope("2"))];
    assert_eq!(consumer.process(records).with_context(poll).await, None);
    for span in world.spans().iter().filter(|span| span.name == "process flights") {
        assert_eq!(span.span_context.trace_id().to_string(), TRACE_ID);
        assert_eq!(span.parent_span_id.to_string(), SPAN_ID);
        assert_eq!(span.links[0].span_context, caller);
    }
    assert_eq!(world.spans().iter().filter(|span| span.name == "process flights").count(), 2);
}

#[tokio::test]
async fn a_polled_record_that_links_is_below_the_callers_span() {
    let world = World::new();
    let consumer = consumer(&world, RelationPolicy::Link);
    let poll = Context::new().with_span(world.provider.tracer("poller").start("poll"));
    let caller = poll.span().span_context().clone();
    assert_eq!(consumer.process([record(8, &envelope("1"))]).with_context(poll).await, None);
    let spans = world.spans();
    let span = spans.iter().find(|span| span.name == "process flights").unwrap();
    assert_eq!(span.parent_span_id, caller.span_id());
    assert_eq!(span.links[0].span_context.span_id().to_string(), SPAN_ID);
}

#[tokio::test]
async fn the_span_of_a_record_that_is_dropped_says_that_it_was_not_done() {
    async fn never(_: kinetrace_consumer::Record) -> Result<(), kinetrace_consumer::Failure> {
        std::future::pending().await
    }
    let world = World::new();
    let builder = Consumer::builder(never).read_environment(false).telemetry(world.telemetry());
    let consumer = builder.build().unwrap();
    assert!(consumer.process([record(8, "1")]).now_or_never().is_none());
    let spans = world.spans();
    let [span] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!(span.status, Status::error("dropped before it was done"));
    assert!(span.attributes.contains(&KeyValue::new("error.type", "dropped")), "{span:?}");
}

#[tokio::test]
async fn a_caller_is_told_at_which_record_to_go_on() {
    let world = World::new();
    let consumer = consumer(&world, RelationPolicy::Auto);
    let records = ["1", "fail", "3"].into_iter().zip(8..).map(|(data, number)| record(number, data));
    assert_eq!(consumer.process(records).await.unwrap().as_str(), "9");
    assert_eq!(world.spans().len(), 2, "nothing after it was begun");
    assert_eq!(consumer.process([]).await, None);
}
