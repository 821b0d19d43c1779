//! The span of a batch, and those of its records.

use std::sync::{Arc, Mutex};

use kinetrace::__private::semantic_conventions as names;
use kinetrace_consumer::{Batch, ByBatch, Failure, RelationPolicy, TraceContext};
use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanKind, Status, Tracer as _, TracerProvider as _};
use opentelemetry_sdk::trace::SpanData;

use super::store;
use crate::world::{Outcome, SPAN_ID, TRACE_ID, World, envelope, event};

/// A span of its own, and the trace of each record as the business code sees it, and that of the current span.
async fn traced(world: &World, data: &[&str]) -> (Outcome, Vec<TraceContext>) {
    let tracer = Arc::new(world.provider.tracer("business"));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let handler = move |batch: Batch| {
        let (tracer, sink) = (Arc::clone(&tracer), Arc::clone(&sink));
        async move {
            tokio::task::yield_now().await;
            tracer.in_span("bulk write", |_| ());
            let traces = (0..batch.len()).map(|index| batch.trace(index).unwrap());
            sink.lock().unwrap().extend(traces.chain([TraceContext::current()]));
            assert_eq!(batch.trace(batch.len()), None);
            Ok::<_, std::fmt::Error>(())
        }
    };
    let outcome = world.invoke(ByBatch(handler), &event(data)).await;
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    (outcome, seen)
}

fn has(span: &SpanData, name: &str) -> bool {
    span.attributes.iter().any(|it| it.key.as_str() == name)
}

/// The spans of records, and those of batches.
fn process_spans(outcome: &Outcome) -> (Vec<&SpanData>, Vec<&SpanData>) {
    let spans = outcome.spans.iter().filter(|span| span.name == "process flights");
    spans.partition(|span| has(span, names::MESSAGING_MESSAGE_ID))
}

#[tokio::test]
async fn several_records_have_spans_of_their_own_below_that_of_the_batch_which_is_the_business_codes() {
    let world = World::new();
    let (outcome, seen) = traced(&world, &[&envelope("1"), "plain", &envelope("2")]).await;
    let (records, batches) = process_spans(&outcome);
    let [batch] = batches[..] else { panic!("{batches:?}") };
    assert_eq!(batch.parent_span_id, outcome.span("flights").span_context.span_id());
    assert_eq!(batch.span_kind, SpanKind::Consumer);
    assert!(batch.attributes.contains(&KeyValue::new(names::MESSAGING_BATCH_MESSAGE_COUNT, 3)), "{batch:?}");
    for name in [names::MESSAGING_SYSTEM, names::MESSAGING_OPERATION_TYPE, names::MESSAGING_DESTINATION_PARTITION_ID] {
        assert!(has(batch, name), "{name}: {batch:?}");
    }
    assert!(batch.links.links.is_empty());
    assert_eq!(outcome.span("bulk write").parent_span_id, batch.span_context.span_id());

    assert_eq!(records.iter().map(|span| span.links.links.len()).collect::<Vec<_>>(), [1, 0, 1]);
    assert_eq!(records[0].links.links[0].span_context.span_id().to_string(), SPAN_ID);
    assert!(records.iter().all(|span| span.parent_span_id == batch.span_context.span_id()));
    let ids = records.iter().chain([&batch]).map(|span| span.span_context.span_id().to_string());
    assert_eq!(seen.iter().map(TraceContext::span_id).collect::<Vec<_>>(), ids.collect::<Vec<_>>());
    let lines = outcome.log.iter().map(|line| line.span.as_ref().unwrap().span_id.clone());
    assert_eq!(lines.collect::<Vec<_>>(), seen[..3].iter().map(TraceContext::span_id).collect::<Vec<_>>());
}

#[tokio::test]
async fn one_record_is_continued_by_the_whole_invocation_and_its_span_is_the_business_codes() {
    let (outcome, seen) = traced(&World::new(), &[&envelope("1")]).await;
    let (records, batches) = process_spans(&outcome);
    assert!(batches.is_empty(), "{batches:?}");
    assert_eq!(records[0].span_context.trace_id().to_string(), TRACE_ID);
    assert_eq!(records[0].parent_span_id, outcome.span("flights").span_context.span_id());
    assert_eq!(outcome.span("bulk write").parent_span_id, records[0].span_context.span_id());
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn each_of_several_records_continues_its_producers_trace_if_asked_to_and_links_to_the_batch() {
    let world = World::new().choosing(|it| it.relation(RelationPolicy::Parent));
    let (outcome, _) = traced(&world, &[&envelope("1"), &envelope("2")]).await;
    let (records, batches) = process_spans(&outcome);
    for span in records {
        assert_eq!(span.span_context.trace_id().to_string(), TRACE_ID);
        assert_eq!(span.parent_span_id.to_string(), SPAN_ID);
        assert_eq!(span.links.links[0].span_context, batches[0].span_context);
    }
}

/// A span has room for 128 links.
#[tokio::test]
async fn each_record_of_a_large_batch_is_joined_to_its_producer() {
    let data = vec![envelope("1"); 1_000];
    let data: Vec<_> = data.iter().map(String::as_str).collect();
    let (outcome, _) = traced(&World::new(), &data).await;
    let (records, _) = process_spans(&outcome);
    let joined = records.iter().filter(|span| span.links.links.len() == 1).count();
    assert_eq!(joined, 1_000);
}

#[tokio::test]
async fn spans_say_which_record_failed_which_was_skipped_and_which_the_batch_did_not_get_to() {
    let outcome = World::new().invoke(ByBatch(store), &event(&["1", "skip", "3", "fail", "5", "6"])).await;
    let (records, batches) = process_spans(&outcome);
    let error_type = |span: &SpanData| {
        let error_type = span.attributes.iter().find(|it| it.key.as_str() == names::ERROR_TYPE);
        error_type.map(|it| it.value.to_string()).unwrap_or_default()
    };
    let types: Vec<_> = records.iter().map(|span| error_type(span)).collect();
    assert_eq!(types, ["", "skipped", "", "failure", "not_reached", "not_reached"]);
    assert_eq!(records[3].status, Status::error("no such plane"));
    assert_eq!(records[4].status, Status::error("not done, for its batch ended at record 11"));
    let [batch] = batches[..] else { panic!("one span for both calls: {batches:?}") };
    assert_eq!((error_type(batch), &batch.status), ("failure".to_owned(), &Status::error("no such plane")));
}

#[tokio::test]
async fn without_telemetry_the_business_code_gets_the_same() {
    let world = World::without_telemetry();
    let (outcome, seen) = traced(&world, &[&envelope("1"), &envelope("2")]).await;
    assert_eq!((outcome.stop(), seen.len()), (None, 3));
    let skip = |batch: Batch| async move {
        let failure = Failure::skip("no plane");
        if batch.len() > 1 { Err(kinetrace_consumer::BatchFailure::at(1, failure)) } else { Ok(()) }
    };
    assert_eq!(world.invoke(ByBatch(skip), &event(&["1", "2", "3"])).await.stop(), None);
}
