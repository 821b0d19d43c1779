//! A service of the user's own that is invoked with events of Kafka.

use kinetrace::__private::semantic_conventions as names;
use kinetrace_consumer::RelationPolicy;
use kinetrace_testing::{KafkaEvent, KafkaRecord};
use opentelemetry::Value;
use opentelemetry::trace::{SpanId, SpanKind};

use super::service::{attribute, links, pass};
use crate::world::{SPAN_ID, TRACE_ID, World, envelope};

#[tokio::test]
async fn a_record_alone_is_continued_and_the_service_gets_the_event_to_the_byte() {
    let event = KafkaEvent::new("flights").traced("N14228", envelope("1"));
    let body = serde_json::to_string_pretty(&event.to_json()).unwrap();
    let outcome = pass(&World::new(), |layer| layer, body.clone()).await;
    let (span, sent) = (outcome.span(), event.context(0).unwrap());
    assert_eq!((span.span_context.trace_id(), span.parent_span_id), (sent.trace_id(), sent.span_id()));
    assert_eq!((span.name.as_ref(), span.span_kind.clone()), ("flights", SpanKind::Server));
    assert_eq!(attribute(span, names::FAAS_TRIGGER), Some(Value::from(names::TRIGGER_PUBSUB)));
    assert_eq!(outcome.seen().body, body);
    let linked = pass(&World::new(), |layer| layer.relation(RelationPolicy::Link), body).await;
    assert_eq!(linked.span().parent_span_id, SpanId::INVALID);
    assert_eq!(links(linked.span())[1..], [sent.span_id().to_string()]);
}

#[tokio::test]
async fn records_of_several_partitions_are_linked_to_each_context_once() {
    let traceparent = format!("00-{TRACE_ID}-{SPAN_ID}-01");
    let event = KafkaEvent::new("my-flights")
        .traced("N1", "1")
        .untraced("N1", "2")
        .partition(1)
        .record(KafkaRecord::tombstone().key("N2").traced())
        .record(KafkaRecord::new("3").header("traceparent", traceparent.clone()))
        .record(KafkaRecord::new("4").header("Traceparent", traceparent))
        .unreadable("N3");
    let body = event.to_json().to_string();
    let outcome = pass(&World::new(), |layer| layer, body.clone()).await;
    let span = outcome.span();
    assert_eq!(span.parent_span_id, SpanId::INVALID);
    // The first is Lambda's own.
    assert_eq!(links(span)[1..], ["0000000000000001", "0000000000000003", SPAN_ID]);
    assert_eq!(attribute(span, names::MESSAGING_BATCH_MESSAGE_COUNT), Some(Value::I64(6)));
    assert_eq!(attribute(span, names::CONTEXTS), Some(Value::I64(3)));
    assert_eq!(outcome.seen().body, body);
}

#[tokio::test]
async fn an_event_that_only_looks_like_one_of_kafka_goes_through_with_a_span_and_nothing_else() {
    let unreadable = KafkaEvent::new("flights").unreadable("N1").to_json().to_string();
    for body in
        [r#"{"records":{}}"#, r#"{"records":{"a":1}}"#, r#"{"eventSource":"aws:kafka","records":7}"#, &unreadable]
    {
        let outcome = pass(&World::new(), |layer| layer, body.to_owned()).await;
        assert_eq!(outcome.seen().body, body);
        let span = outcome.span();
        assert_eq!(attribute(span, names::FAAS_TRIGGER), Some(Value::from(names::TRIGGER_OTHER)), "{body}");
        assert_eq!((links(span).len(), attribute(span, names::MESSAGING_BATCH_MESSAGE_COUNT)), (1, None), "{body}");
    }
}
