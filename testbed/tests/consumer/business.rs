//! What the business code opens lands below the span of its own record.

use kinetrace_testbed::collector::Span;

use crate::world::{Outcome, World, answer_of, envelope, links, sender};

const PROCESS: &str = "process flights";

fn check(outcome: &Outcome, process: &Span, name: &str) {
    let below = |parent: &Span, span: &str| {
        let span = outcome.span(&format!("{span} {name}"));
        assert_eq!(
            (&span.trace_id, span.parent_span_id.as_ref()),
            (&parent.trace_id, Some(&parent.span_id)),
            "{span:#?}"
        );
        assert_eq!(span.parent_is_remote, Some(false), "{span:#?}");
    };
    for span in ["api before", "api after", "tracing", "api"] {
        below(process, span);
    }
    below(outcome.span(&format!("tracing {name}")), "api inside tracing");
    below(outcome.span(&format!("api {name}")), "tracing inside api");
}

#[tokio::test]
async fn spans_of_tracing_and_of_opentelemetry_land_below_the_record_they_are_opened_for() {
    let world = World::start(&[]).await;
    assert_eq!(world.invoke(&[envelope(1, "a")]).await, answer_of(&[]));
    let outcome = world.finish().await;
    let process = outcome.span(PROCESS);
    check(&outcome, process, "a");
    assert_eq!(process.trace_id, sender(1).0);
}

#[tokio::test]
async fn records_that_take_turns_keep_their_spans_apart() {
    let world = World::start(&[("KINETRACE_MAX_CONCURRENCY", "3")]).await;
    let records = ["a", "b", "c"].into_iter().zip(1..).map(|(name, number)| (name, envelope(number, name)));
    assert_eq!(world.invoke_with_keys(&records.collect::<Vec<_>>()).await, answer_of(&[]));
    let outcome = world.finish().await;
    for (name, number) in ["a", "b", "c"].into_iter().zip(1..) {
        let processes = outcome.spans(PROCESS);
        let process = processes.into_iter().find(|span| links(span) == [sender(number)]);
        check(&outcome, process.unwrap(), name);
    }
    let processes = outcome.spans(PROCESS);
    let (last_start, first_end) =
        (processes.iter().map(|it| it.start_unix_nanos).max(), processes.iter().map(|it| it.end_unix_nanos).min());
    assert!(last_start < first_end, "they were in flight at the same time");
}
