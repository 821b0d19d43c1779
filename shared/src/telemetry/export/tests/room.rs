//! Large invocations, and fast programs: as little is lost as the bound on memory allows.

use opentelemetry::Context;
use opentelemetry::trace::{SpanKind, TraceContextExt as _, Tracer as _};

use super::super::MAX_QUEUE_BYTES;
use super::collector::Collector;
use super::gate::gated;
use super::*;
use crate::telemetry::BUDGET;

/// A root that ends last, with records below it, each of which has spans of the handler's.
fn invocation(telemetry: &Telemetry, records: usize, spans_of_each: usize) {
    let tracer = telemetry.tracer();
    let root = Context::new().with_span(tracer.span_builder("root").with_kind(SpanKind::Server).start(&tracer));
    for _ in 0..records {
        let process = tracer.span_builder("process").with_kind(SpanKind::Consumer).start_with_context(&tracer, &root);
        let process = root.with_span(process);
        for _ in 0..spans_of_each {
            drop(tracer.start_with_context("inner", &process));
        }
    }
}

#[tokio::test]
async fn of_a_large_invocation_every_span_arrives_though_no_flush_comes_before_its_end() {
    for (records, spans_of_each, all) in [(1000, 20, 21_001), (100, 300, 30_101)] {
        let collector = Collector::healthy();
        let (telemetry, lines) = telemetry(&collector.base, &[]);
        invocation(&telemetry, records, spans_of_each);
        telemetry.flush(PATIENCE).await;
        assert_eq!((collector.taken(), telemetry.lost_spans(), lines.take()), (all, 0, vec![]));
        assert_eq!(collector.times_seen("root"), 1);
    }
}

/// Twelve invocations, as a backlog brings them, of a collector that answers nothing until the last of them is over.
#[tokio::test]
async fn of_a_backlog_every_span_arrives_at_a_collector_that_is_slower_than_all_of_it() {
    let (gate, collector) = gated();
    let (telemetry, lines) = telemetry(&collector.base, &[]);
    for _ in 0..12 {
        invocation(&telemetry, 1000, 1);
        telemetry.flush(BUDGET / 100).await;
    }
    gate.open();
    telemetry.flush(PATIENCE).await;
    telemetry.flush(PATIENCE).await;
    assert_eq!((collector.taken(), telemetry.lost_spans(), lines.take()), (24_012, 0, vec![]));
}

#[test]
fn the_root_is_not_the_first_to_go() {
    let (gate, collector) = gated();
    let (telemetry, lines) = telemetry(&collector.base, &[("OTEL_BSP_MAX_QUEUE_SIZE", "20")]);
    let tracer = telemetry.tracer();
    let root = Context::new().with_span(tracer.span_builder("root").with_kind(SpanKind::Server).start(&tracer));
    for _ in 0..200 {
        drop(tracer.start_with_context("inner", &root));
    }
    drop(root);
    gate.open();
    telemetry.provider().unwrap().force_flush().unwrap();
    assert!(telemetry.lost_spans() > 0);
    assert!(!lines.take().is_empty());
    assert_eq!(collector.times_seen("root"), 1);
}

/// As a publisher outside of Lambda does, which nothing holds up.
#[test]
fn a_fast_program_loses_no_more_than_what_has_no_room_and_is_told_so() {
    let (gate, collector) = gated();
    let (telemetry, lines) = telemetry(&collector.base, &[]);
    end_spans(&telemetry, 100_000);
    let lost = telemetry.lost_spans();
    gate.open();
    let _ = telemetry.provider().unwrap().force_flush();
    assert_eq!(telemetry.lost_spans(), lost, "what has found room is not lost later");
    assert_eq!(collector.taken() as u64 + lost, 100_000);
    // A span without attributes takes less than 600 bytes.
    assert!(collector.taken() >= MAX_QUEUE_BYTES / 600, "{}", collector.taken());
    assert_eq!(lines.take().is_empty(), lost == 0);
}

/// It would stand still with a process that is frozen, unless a flush waits for it.
#[test]
fn a_batch_is_full_at_the_size_that_is_set_and_until_it_is_exported() {
    let (gate, collector) = gated();
    let (telemetry, _) = telemetry(&collector.base, &[("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2")]);
    for is_full in [false, true, true] {
        end_spans(&telemetry, 1);
        assert_eq!(telemetry.has_full_batch(), is_full);
    }
    gate.open();
    telemetry.provider().unwrap().force_flush().unwrap();
    assert!(!telemetry.has_full_batch());
}
