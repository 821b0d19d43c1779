//! What happens to a context on its way, sampled or not, whole or not, of ours or of Lambda's.

use opentelemetry_semantic_conventions::metric as names;

use crate::bootstrap::FUNCTION;
use crate::world::{Outcome, World, answer_of, envelope, envelope_with, links, sender, traceparent};

const PROCESS: &str = "process flights";

async fn invoke(variables: &[(&str, &str)], records: &[String]) -> Outcome {
    let world = World::start(variables).await;
    assert_eq!(world.invoke(records).await, answer_of(&[]));
    world.finish().await
}

fn xray_header(number: u64, sampled: u8) -> String {
    let (trace_id, span_id) = sender(number);
    let (time, rest) = trace_id.split_at(8);
    format!("Root=1-{time}-{rest};Parent={span_id};Sampled={sampled}")
}

/// The invocation continues nobody's trace, and points to Lambda's own.
fn assert_root(outcome: &Outcome) {
    let invocation = outcome.span(FUNCTION);
    assert_eq!(invocation.parent_span_id, None);
    assert_eq!(links(invocation), [outcome.xray()]);
    assert_ne!(invocation.trace_id, outcome.xray().0);
    assert_eq!(outcome.span(PROCESS).trace_id, invocation.trace_id);
}

#[tokio::test]
async fn a_context_that_is_not_there_or_not_understood_is_the_begin_of_a_trace() {
    for record in [
        "a".to_owned(),
        envelope_with(&[("traceparent", "00-zz-1-01")], "a"),
        envelope_with(&[("traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01")], "a"),
        envelope_with(&[("x-amzn-trace-id", &xray_header(1, 1))], "a"),
    ] {
        assert_root(&invoke(&[], &[record]).await);
    }
}

#[tokio::test]
async fn of_a_trace_that_is_not_sampled_nothing_is_sent_but_the_measurements() {
    let unsampled = envelope_with(&[("traceparent", &traceparent(1, "00"))], "a");
    let outcome = invoke(&[], &[unsampled]).await;
    assert_eq!(outcome.spans, []);
    assert_eq!(outcome.collector.total(names::MESSAGING_CLIENT_CONSUMED_MESSAGES, &[]), 1.0);
}

#[tokio::test]
async fn one_unsampled_record_among_several_silences_no_other() {
    let records = [envelope(1, "a"), envelope_with(&[("traceparent", &traceparent(2, "00"))], "b"), envelope(3, "c")];
    let outcome = invoke(&[], &records).await;
    let senders: Vec<_> = outcome.spans(PROCESS).into_iter().map(links).collect();
    assert_eq!(senders, [1, 2, 3].map(|number| vec![sender(number)]));

    let outcome = invoke(&[("KINETRACE_RELATION", "parent")], &records).await;
    let invocation = outcome.span(FUNCTION);
    let processes = outcome.spans(PROCESS);
    assert_eq!(processes.len(), 2, "the span below a parent that is not sampled is not, either");
    for (process, number) in processes.into_iter().zip([1, 3]) {
        let parent = (process.trace_id.clone(), process.parent_span_id.clone().unwrap());
        assert_eq!((parent, process.parent_is_remote), (sender(number), Some(true)));
        assert_eq!(links(process), [(invocation.trace_id.clone(), invocation.span_id.clone())]);
    }
}

#[tokio::test]
async fn a_sampler_of_ones_own_is_asked() {
    let outcome = invoke(&[("OTEL_TRACES_SAMPLER", "always_off")], &[envelope(1, "a")]).await;
    assert_eq!(outcome.spans, []);
    let unsampled = envelope_with(&[("traceparent", &traceparent(1, "00"))], "a");
    let outcome = invoke(&[("OTEL_TRACES_SAMPLER", "always_on")], &[unsampled]).await;
    let invocation = outcome.span(FUNCTION);
    assert_eq!((invocation.trace_id.clone(), invocation.parent_span_id.clone().unwrap()), sender(1));
}

/// Lambda's own says here that it is not sampled: as a parent it would silence everything.
#[tokio::test]
async fn with_xray_contexts_lambdas_own_trace_id_is_a_link_only() {
    let xray = [("OTEL_PROPAGATORS", "xray")];
    assert_root(&invoke(&xray, &["a".to_owned()]).await);
    assert_root(&invoke(&xray, &[envelope(1, "a")]).await);

    let sampled = envelope_with(&[("x-amzn-trace-id", &xray_header(1, 1))], "a");
    let outcome = invoke(&xray, &[sampled]).await;
    let invocation = outcome.span(FUNCTION);
    let parent = (invocation.trace_id.clone(), invocation.parent_span_id.clone().unwrap());
    assert_eq!((parent, invocation.parent_is_remote), (sender(1), Some(true)));
    assert_eq!(links(invocation), [outcome.xray()]);

    let unsampled = envelope_with(&[("x-amzn-trace-id", &xray_header(1, 0))], "a");
    assert_eq!(invoke(&xray, &[unsampled]).await.spans, []);
}
