//! What is sent, where it goes, and that trouble with metrics costs neither spans nor records.

use opentelemetry_semantic_conventions::metric::{MESSAGING_CLIENT_CONSUMED_MESSAGES, MESSAGING_PROCESS_DURATION};
use tokio::net::{TcpListener, TcpSocket};

use crate::bootstrap::FUNCTION;
use crate::world::{Outcome, World, answer_of, envelope};

const PROCESS: &str = "process flights";

/// So many invocations, the second of which has a failure.
async fn invoke(times: usize, variables: &[(&str, &str)]) -> Outcome {
    let world = World::start(variables).await;
    for (record, failures) in [("a", &[][..]), ("fail", &["8"]), ("b", &[])].into_iter().take(times) {
        assert_eq!(world.invoke(&[envelope(1, record)]).await, answer_of(failures), "{variables:?}");
    }
    world.finish().await
}

fn counts(outcome: &Outcome) -> (usize, usize, f64) {
    let (invocations, processes) = (outcome.spans(FUNCTION).len(), outcome.spans(PROCESS).len());
    (invocations, processes, outcome.collector.total(MESSAGING_CLIENT_CONSUMED_MESSAGES, &[]))
}

#[tokio::test]
async fn every_invocation_sends_its_spans_and_its_metrics() {
    let world = World::start(&[]).await;
    for earlier in 0..3 {
        // It has asked for this one, so whatever the earlier ones left is out.
        world.invoke(&["a"]).await;
        let spans = world.collector.spans();
        let processes = spans.iter().filter(|span| span.name == PROCESS).count();
        let consumed = world.collector.total(MESSAGING_CLIENT_CONSUMED_MESSAGES, &[]);
        assert!(
            processes >= earlier && consumed >= earlier as f64,
            "{processes} spans, {consumed} records of {earlier}"
        );
    }
    assert_eq!(counts(&world.finish().await), (3, 3, 3.0));
}

#[tokio::test]
async fn nothing_is_sent_that_is_not_wanted() {
    let table = [
        (("OTEL_METRICS_EXPORTER", "none"), (3, 3, 0.0)),
        (("OTEL_TRACES_EXPORTER", "none"), (0, 0, 3.0)),
        (("OTEL_SDK_DISABLED", "true"), (0, 0, 0.0)),
    ];
    for (variable, expected) in table {
        let outcome = invoke(3, &[variable]).await;
        assert_eq!(counts(&outcome), expected, "{variable:?}");
        let durations = outcome.collector.metric(MESSAGING_PROCESS_DURATION, &[]);
        assert_eq!(durations.is_empty(), expected.2 == 0.0, "{variable:?}");
    }
}

#[tokio::test]
async fn metrics_without_a_receiver_lose_no_span_and_no_record() {
    let refuses = TcpSocket::new_v4().unwrap();
    refuses.bind(([127, 0, 0, 1], 0).into()).unwrap();
    // It accepts connections, and never says a word.
    let hangs = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for address in [refuses.local_addr(), hangs.local_addr()] {
        let endpoint = format!("http://{}/v1/metrics", address.unwrap());
        for times in [1, 3] {
            let outcome = invoke(times, &[("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", &endpoint)]).await;
            assert_eq!(counts(&outcome), (times, times, 0.0), "{endpoint}");
        }
    }
}
