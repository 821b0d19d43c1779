//! Which spans an invocation makes, and what the log says of them.

use std::sync::Arc;

use kinetrace::__private::semantic_conventions as names;
use kinetrace::history::Relation;
use kinetrace_consumer::{Failure, Record};
use opentelemetry::trace::{SpanId, SpanKind, Status, TraceContextExt as _, Tracer as _, TracerProvider as _};
use tracing::Instrument as _;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::world::{SPAN_ID, TRACE_ID, World, envelope, event, moody};

#[tokio::test]
async fn a_single_record_is_continued_by_the_whole_invocation() {
    let outcome = World::new().invoke(moody, &event(&[&envelope(r#"{"a": 1.0}"#)])).await;
    let (invocation, process) = (outcome.span("flights"), outcome.span("process flights"));
    assert_eq!(invocation.span_context.trace_id().to_string(), TRACE_ID);
    assert_eq!(invocation.parent_span_id.to_string(), SPAN_ID);
    assert_eq!(invocation.span_kind, SpanKind::Server);
    assert_eq!(process.parent_span_id, invocation.span_context.span_id());
    assert_eq!(process.span_kind, SpanKind::Consumer);
    assert!(process.links.links.is_empty());

    let line = &outcome.log[0];
    assert_eq!((line.function.as_deref(), &*line.request_id), (Some("flights"), "request-1"));
    assert_eq!(line.relation, Some(Relation::Parent));
    assert_eq!(line.context.as_ref().unwrap().span_id, SPAN_ID);
    assert_eq!(line.span.as_ref().unwrap().span_id, process.span_context.span_id().to_string());
    assert_eq!(line.payload_crc32, crc32fast::hash(br#"{"a": 1.0}"#));
}

#[tokio::test]
async fn several_records_are_linked_to_each_from_its_own_span() {
    let outcome = World::new().invoke(moody, &event(&[&envelope("1"), "plain", &envelope("2")])).await;
    let invocation = outcome.span("flights");
    assert_eq!(invocation.parent_span_id, SpanId::INVALID);
    assert_ne!(invocation.span_context.trace_id().to_string(), TRACE_ID);
    let process: Vec<_> = outcome.spans.iter().filter(|span| span.name == "process flights").collect();
    let links = process.iter().map(|span| span.links.links.len()).collect::<Vec<_>>();
    assert_eq!(links, [1, 0, 1]);
    for span in &process {
        assert_eq!(span.parent_span_id, invocation.span_context.span_id());
    }
    assert_eq!(process[0].links.links[0].span_context.span_id().to_string(), SPAN_ID);
    let relations: Vec<_> = outcome.log.iter().map(|line| line.relation).collect();
    assert_eq!(relations, [Some(Relation::Link), None, Some(Relation::Link)]);
}

#[tokio::test]
async fn lambdas_own_trace_id_is_a_link_even_where_nothing_else_is_there() {
    for records in [&["plain"][..], &["plain", "plain"], &[]] {
        let outcome = World::new().invoke(moody, &event(records)).await;
        let invocation = outcome.span("flights");
        assert_eq!(invocation.parent_span_id, SpanId::INVALID);
        assert_eq!(invocation.links.links[0].span_context.span_id().to_string(), "53995c3f42cd8ad8");
    }
}

#[tokio::test]
async fn a_malformed_context_costs_the_context_only() {
    let data = r#"{"_otel":{"traceparent":"00-zz-1-01"},"data":"ok"}"#;
    let outcome = World::new().invoke(moody, &event(&[data])).await;
    assert_eq!(outcome.stop(), None);
    assert_eq!(outcome.log[0].relation, None);
    assert_eq!(outcome.log[0].payload_crc32, crc32fast::hash(b"\"ok\""));
}

#[tokio::test]
async fn a_failed_record_marks_its_span_and_its_line() {
    for (record, error_type, message) in
        [("fail", "failure", "no such plane"), ("panic", "panic", "panicked: out of fuel")]
    {
        let outcome = World::new().invoke(moody, &event(&[record])).await;
        let span = outcome.span("process flights");
        assert_eq!(span.status, Status::error(message));
        let value = span.attributes.iter().find(|kv| kv.key.as_str() == names::ERROR_TYPE).unwrap();
        assert_eq!(value.value.as_str(), error_type);
        assert_eq!(outcome.log[0].error.as_deref(), Some(message));
        assert!(matches!(outcome.span("flights").status, Status::Error { .. }));
    }
}

#[tokio::test]
async fn spans_of_the_handler_are_below_its_records_span() {
    let world = World::new();
    let tracer = world.provider.tracer("business");
    let layer = tracing_opentelemetry::layer().with_tracer(world.provider.tracer("tracing"));
    let _subscriber = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let tracer = Arc::new(tracer);
    let handler = move |_: Record| {
        let tracer = Arc::clone(&tracer);
        async move {
            tracer.in_span("api before", |_| ());
            tokio::task::yield_now().await;
            tracer.in_span("api after", |_| ());
            async {
                tokio::task::yield_now().await;
                tracer.in_span("api inside tracing", |_| ());
            }
            .instrument(tracing::info_span!("tracing after"))
            .await;
            let baggage = opentelemetry::Context::map_current(|context| {
                assert!(context.span().span_context().is_valid());
                opentelemetry::baggage::BaggageExt::baggage(context).get("tenant").map(ToString::to_string)
            });
            assert_eq!(baggage.as_deref(), Some("7"));
            Ok::<(), Failure>(())
        }
    };
    let outcome = world.invoke(handler, &event(&[&envelope("1")])).await;
    assert_eq!(outcome.stop(), None, "{:?}", outcome.log);
    let process = outcome.span("process flights").span_context.span_id();
    for name in ["api before", "api after", "tracing after"] {
        assert_eq!(outcome.span(name).parent_span_id, process, "{name}");
    }
    assert_eq!(outcome.span("api inside tracing").parent_span_id, outcome.span("tracing after").span_context.span_id());
}
