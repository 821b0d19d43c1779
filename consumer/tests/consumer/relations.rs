//! How process spans relate to their messages when that is not left to the number of records.

use kinetrace::history::Relation;
use kinetrace_consumer::RelationPolicy;
use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::{Sampler, SpanData};

use crate::world::{Outcome, SPAN_ID, TRACE_ID, World, envelope, event, moody};

async fn invoke(policy: RelationPolicy, records: &[&str]) -> Outcome {
    World::new().choosing(|it| it.relation(policy)).invoke(moody, &event(records)).await
}

fn processes(outcome: &Outcome) -> Vec<&SpanData> {
    outcome.spans.iter().filter(|span| span.name == "process flights").collect()
}

#[tokio::test]
async fn each_of_several_records_continues_its_producers_trace_if_asked_to() {
    let outcome = invoke(RelationPolicy::Parent, &[&envelope("1"), "plain", &envelope("2")]).await;
    let invocation = outcome.span("flights");
    assert_eq!(invocation.parent_span_id, SpanId::INVALID);
    let processes = processes(&outcome);
    for span in [processes[0], processes[2]] {
        assert_eq!(span.span_context.trace_id().to_string(), TRACE_ID);
        assert_eq!(span.parent_span_id.to_string(), SPAN_ID);
        assert_eq!(span.links.links[0].span_context, invocation.span_context);
    }
    assert_eq!(processes[1].parent_span_id, invocation.span_context.span_id());
    assert!(processes[1].links.links.is_empty());
    let relations: Vec<_> = outcome.log.iter().map(|line| line.relation).collect();
    assert_eq!(relations, [Some(Relation::Parent), None, Some(Relation::Parent)]);
}

#[tokio::test]
async fn a_single_record_is_linked_to_if_asked_to() {
    let outcome = invoke(RelationPolicy::Link, &[&envelope("1")]).await;
    let invocation = outcome.span("flights");
    assert_eq!(invocation.parent_span_id, SpanId::INVALID);
    let [process] = processes(&outcome)[..] else { panic!("one process span") };
    assert_eq!(process.parent_span_id, invocation.span_context.span_id());
    assert_eq!(process.links.links[0].span_context.span_id().to_string(), SPAN_ID);
    assert_eq!(outcome.log[0].relation, Some(Relation::Link));
}

#[tokio::test]
async fn a_single_record_is_continued_by_the_whole_invocation_either_way() {
    for policy in [RelationPolicy::Auto, RelationPolicy::Parent] {
        let outcome = invoke(policy, &[&envelope("1")]).await;
        let invocation = outcome.span("flights");
        assert_eq!(invocation.parent_span_id.to_string(), SPAN_ID);
        assert_eq!(processes(&outcome)[0].parent_span_id, invocation.span_context.span_id());
    }
}

/// Who may put into the stream chooses neither the trace nor whether it is recorded: the consumer's own sampler does. So with
/// any format, because what is written in an envelope may come from any program.
#[tokio::test]
async fn a_stranger_who_is_linked_to_decides_neither_about_the_trace_nor_about_sampling() {
    let records = |flags: &str| {
        let traceparent = format!("00-{TRACE_ID}-{SPAN_ID}-{flags}");
        [
            format!(r#"{{"_otel":{{"traceparent":"{traceparent}"}},"data":1}}"#),
            format!(r#"{{"traceparent":"{traceparent}","n":1}}"#),
            format!(r#"{{"n":1,"traceparent":"{traceparent}"}}"#),
            format!(r#"{{"n":1,"_datadog":{{"traceparent":"{traceparent}"}}}}"#),
        ]
    };
    for (flags, ratio) in [("00", 1.0), ("01", 1.0), ("01", 0.0)] {
        let records = records(flags);
        let one_by_one = records.iter().map(|record| vec![record.as_str()]);
        for records in one_by_one.chain([records.iter().map(String::as_str).collect()]) {
            let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(ratio)));
            let world = World::with(|provider| provider.with_sampler(sampler));
            let outcome = world.choosing(|it| it.relation(RelationPolicy::Link)).invoke(moody, &event(&records)).await;
            let recorded = processes(&outcome);
            assert_eq!(recorded.len(), if ratio > 0.0 { records.len() } else { 0 }, "{flags} {ratio}: {records:?}");
            for span in recorded {
                assert_ne!(span.span_context.trace_id().to_string(), TRACE_ID);
                assert_eq!(span.links.links[0].span_context.trace_id().to_string(), TRACE_ID);
            }
        }
    }
}
