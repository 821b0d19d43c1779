//! Whatever panics in tracing, the records are processed and Lambda is told the same.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kinetrace::history::{ProcessOutcome, Relation};
use kinetrace_consumer::{Failure, Record};
use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{Status, TraceContextExt as _};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use crate::world::{SPAN_ID, TRACE_ID, World, envelope, event, moody};

/// A span processor with a bug that shows in spans whose names begin so.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bug {
    OnStart(&'static str),
    OnEnd(&'static str),
}

impl SpanProcessor for Bug {
    fn on_start(&self, span: &mut Span, _: &Context) {
        let name = span.exported_data().map(|data| data.name.to_string()).unwrap_or_default();
        assert!(!matches!(self, Bug::OnStart(begin) if name.starts_with(begin)), "a processor's bug");
    }
    fn on_end(&self, span: SpanData) {
        assert!(!matches!(self, Bug::OnEnd(begin) if span.name.starts_with(begin)), "a processor's bug");
    }
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Every span, the invocation's, the records'.
pub(crate) const BUGS: [Bug; 6] = [
    Bug::OnStart(""),
    Bug::OnStart("flights"),
    Bug::OnStart("process"),
    Bug::OnEnd(""),
    Bug::OnEnd("flights"),
    Bug::OnEnd("process"),
];

pub(crate) fn world(bug: Bug) -> World {
    World::with(|provider| provider.with_span_processor(bug))
}

#[tokio::test]
async fn a_span_processor_that_panics_changes_no_answer_and_no_outcome() {
    let batches: [&[&str]; 4] = [&["ok"], &["ok", "ok"], &["ok", "fail", "ok"], &["panic", "ok"]];
    for bug in BUGS {
        for records in batches {
            let expected = World::new().invoke(moody, &event(records)).await;
            let outcome = world(bug).invoke(moody, &event(records)).await;
            assert_eq!(outcome.response, expected.response, "{bug:?} {records:?}");
            assert_eq!(outcome.processed(), expected.processed(), "{bug:?} {records:?}");
        }
    }
}

#[tokio::test]
async fn without_a_process_span_the_handlers_spans_land_below_the_invocations() {
    let world = world(Bug::OnStart("process"));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let handler = move |_: Record| {
        let current = Context::current();
        let tenant = current.baggage().get("tenant").map(ToString::to_string);
        sink.lock().unwrap().push((current.span().span_context().span_id(), tenant));
        async { Err::<(), _>(Failure::retry("no such plane")) }
    };
    let outcome = world.invoke(handler, &event(&[&envelope("1"), "plain"])).await;
    let invocation = outcome.span("flights");
    assert_eq!(*seen.lock().unwrap(), [(invocation.span_context.span_id(), Some("7".to_owned()))]);
    let Status::Error { description } = &invocation.status else { panic!("{:?}", invocation.status) };
    assert!(description.starts_with("record 8 of "), "{description}");
    assert!(!description.contains("no such plane"), "the record's error is not the invocation's: {description}");
    let line = &outcome.log[0];
    assert_eq!(line.outcome, ProcessOutcome::Failed);
    assert_eq!(line.relation, None, "no span links to the sender");
}

#[tokio::test]
async fn without_an_invocation_span_a_single_records_span_continues_the_senders_trace() {
    let outcome = world(Bug::OnStart("flights")).invoke(moody, &event(&[&envelope("1")])).await;
    let process = outcome.span("process flights");
    assert_eq!(process.span_context.trace_id().to_string(), TRACE_ID);
    assert_eq!(process.parent_span_id.to_string(), SPAN_ID);
    assert_eq!(outcome.log[0].relation, Some(Relation::Parent));
}

#[tokio::test]
async fn without_an_invocation_span_the_spans_of_several_records_are_made_even_so() {
    let outcome = world(Bug::OnStart("flights")).invoke(moody, &event(&[&envelope("1"), "plain"])).await;
    let process: Vec<_> = outcome.spans.iter().filter(|span| span.name == "process flights").collect();
    let links: Vec<_> = process.iter().map(|span| span.links.links.len()).collect();
    assert_eq!(links, [1, 0], "a sampler took the missing invocation span for one that was not sampled");
}
