//! A service of the user's own, inside the layer: which span is around it, and what it gets.

mod bytes;
mod doors;
mod failures;
mod kafka;
mod service;

use kinetrace::__private::semantic_conventions as names;
use kinetrace_consumer::RelationPolicy;
use kinetrace_testing::Event;
use opentelemetry::Value;
use opentelemetry::trace::{SpanId, SpanKind, Status};
use opentelemetry_sdk::trace::SpanData;

use crate::world::{SPAN_ID, TRACE_ID, World, envelope, event};
use service::{attribute, links, pass};

fn envelope_of(span: usize) -> String {
    format!(r#"{{"_otel":{{"traceparent":"00-{TRACE_ID}-{span:016x}-01"}},"data":1}}"#)
}

#[tokio::test]
async fn a_single_records_trace_goes_on_in_the_service_before_and_after_an_await() {
    let outcome = pass(&World::new(), |layer| layer, event(&[&envelope("1")])).await;
    let span = outcome.span();
    assert_eq!((span.name.as_ref(), span.span_kind.clone()), ("flights", SpanKind::Server));
    assert_eq!(span.span_context.trace_id().to_string(), TRACE_ID);
    assert_eq!(span.parent_span_id.to_string(), SPAN_ID);
    assert_eq!(span.status, Status::Unset);
    assert_eq!(attribute(span, names::FAAS_TRIGGER), Some(Value::from(names::TRIGGER_PUBSUB)));
    assert_eq!(attribute(span, names::MESSAGING_BATCH_MESSAGE_COUNT), None);
    let span = span.span_context.span_id();
    assert_eq!(outcome.seen().current, [span; 3], "in the call, in the future, after an await");
}

#[tokio::test]
async fn several_records_are_linked_to_each_context_once() {
    let (first, second) = (envelope_of(1), envelope_of(2));
    let outcome = pass(&World::new(), |layer| layer, event(&[&first, "plain", &second, &first, "{"])).await;
    let span = outcome.span();
    assert_eq!(span.parent_span_id, SpanId::INVALID);
    assert_ne!(span.span_context.trace_id().to_string(), TRACE_ID);
    // The first is Lambda's own.
    assert_eq!(links(span)[1..], ["0000000000000001", "0000000000000002"]);
    assert_eq!(attribute(span, names::MESSAGING_BATCH_MESSAGE_COUNT), Some(Value::I64(5)));
    assert_eq!(attribute(span, names::CONTEXTS), Some(Value::I64(2)));
}

#[tokio::test]
async fn no_link_is_lost_without_a_number_that_tells() {
    let envelopes: Vec<_> = (1..=300).map(envelope_of).collect();
    let event = event(&envelopes.iter().map(String::as_str).collect::<Vec<_>>());
    for (limit, kept) in [(128, 128), (10_000, 301)] {
        let world = World::with(|provider| provider.with_max_links_per_span(limit));
        let outcome = pass(&world, |layer| layer, event.clone()).await;
        assert_eq!(links(outcome.span()).len(), kept);
        assert_eq!(attribute(outcome.span(), names::CONTEXTS), Some(Value::I64(300)));
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_read_counts_and_the_others_are_linked_to() {
    let event = Event::new("flights").untraced("N1", envelope("1")).unreadable("N1");
    let outcome = pass(&World::new(), |layer| layer, event.to_json().to_string()).await;
    assert_eq!(links(outcome.span())[1..], [SPAN_ID]);
    assert_eq!(attribute(outcome.span(), names::MESSAGING_BATCH_MESSAGE_COUNT), Some(Value::I64(2)));
}

#[tokio::test]
async fn a_single_record_is_linked_to_if_asked_to() {
    for (policy, parent) in
        [(RelationPolicy::Auto, SPAN_ID), (RelationPolicy::Parent, SPAN_ID), (RelationPolicy::Link, "0000000000000000")]
    {
        let outcome = pass(&World::new(), |layer| layer.relation(policy), event(&[&envelope("1")])).await;
        assert_eq!(outcome.span().parent_span_id.to_string(), parent, "{policy:?}");
        let expected = if policy == RelationPolicy::Link { vec![SPAN_ID] } else { vec![] };
        assert_eq!(links(outcome.span())[1..], expected, "{policy:?}");
    }
}

#[tokio::test]
async fn only_the_first_invocation_of_all_clones_is_a_cold_start() {
    let world = World::new();
    let mut service = service::service(&world, |layer| layer);
    let mut clone = service.clone();
    service::call(&mut clone, event(&["1"])).await.unwrap();
    service::call(&mut service, event(&["1"])).await.unwrap();
    let cold: Vec<_> = world.spans().iter().map(|span| attribute(span, names::FAAS_COLDSTART)).collect();
    assert_eq!(cold, [Some(Value::Bool(true)), Some(Value::Bool(false))]);
}

#[tokio::test]
async fn an_event_of_another_service_gets_a_span_and_nothing_else() {
    for body in [
        &b""[..],
        b"not JSON",
        b"\xff\xfe",
        b"{}",
        b"[1,2]",
        br#"{"Records":1}"#,
        br#"{"Records":[]}"#,
        br#"{"Records":[{"eventSource":"aws:s3","s3":{"object":{"key":"a"}}}]}"#,
        br#"{"Records":[{"messageId":"1","body":"{}"},{"messageId":"2","body":"{}"}]}"#,
        br#"{"Records":[{"eventSource":"aws:dynamodb","dynamodb":{"Keys":{}}}],"window":{},"state":{"n":1}}"#,
        br#"{"version":"2.0","rawPath":"/","body":"{\"_otel\":{}}"}"#,
    ] {
        let outcome = pass(&World::new(), |layer| layer, body).await;
        assert_eq!(outcome.seen().body, body);
        let span: &SpanData = outcome.span();
        assert_eq!(attribute(span, names::FAAS_TRIGGER), Some(Value::from(names::TRIGGER_OTHER)));
        assert_eq!(span.parent_span_id, SpanId::INVALID);
        assert_eq!(links(span).len(), 1, "Lambda's own");
    }
}

#[tokio::test]
async fn without_telemetry_the_service_gets_the_same_and_the_producers_context() {
    let outcome = pass(&World::without_telemetry(), |layer| layer, event(&[&envelope("1")])).await;
    assert_eq!(outcome.seen().body, event(&["1"]).as_bytes());
    assert_eq!(outcome.seen().current.map(|span| span.to_string()), [SPAN_ID; 3]);
    assert!(outcome.spans.is_empty());
}

/// `Runtime::run_concurrent` asks for it.
#[test]
fn the_service_can_work_on_several_invocations_at_once() {
    fn concurrent<R, S: tower::Service<R, Future: Send> + Clone + Send + 'static>(_: &S) {}
    concurrent(&service::service(&World::new(), |layer| layer));
}
