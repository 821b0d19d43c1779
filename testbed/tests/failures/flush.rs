//! What is left of an invocation's time after its answer.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use kinetrace::Telemetry;
use kinetrace_testbed::environment::Environment;
use kinetrace_testing::Event;
use opentelemetry::trace::Tracer as _;
use tokio::net::TcpListener;
use tokio::sync::mpsc::unbounded_channel;

use crate::bootstrap;
use crate::failure::{Kind, Payload, Plan};
use crate::stream;

/// The consumer answers a tenth of a second before the deadline, and the flush has what is left of that. If it took all of
/// it, Lambda would end the process, and the batch would come again as a whole.
#[tokio::test]
async fn a_handler_that_is_cut_off_loses_no_environment_even_if_the_collector_hangs() {
    let marks = tempfile::tempdir().unwrap();
    let plan = Plan { kind: Kind::Hang, records: BTreeSet::from([1]), marks: marks.path().to_owned(), by_batch: false };
    // Connections are made, and never answered.
    let collector = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", collector.local_addr().unwrap());
    let (logs, _lines) = unbounded_channel();
    let configuration = bootstrap::configuration(&plan, &endpoint);
    let environment = Environment::start(0, &configuration, logs).await.unwrap();
    let answer = environment.invoke(event(3).into()).await.unwrap();
    assert_eq!(answer, r#"{"batchItemFailures":[{"itemIdentifier":"9"}]}"#);
    tokio::time::timeout(Duration::from_secs(10), environment.ready()).await.unwrap().unwrap();
    let answer = environment.invoke(event(3).into()).await.unwrap();
    assert_eq!(answer, r#"{"batchItemFailures":[]}"#);
}

/// A caller that waits for a flush waits for its attempts.
#[tokio::test]
async fn spans_that_a_collector_cannot_take_are_offered_once_more_and_no_oftener() {
    let attempts = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&attempts);
    let collector = Router::new().fallback(async move || {
        counter.fetch_add(1, Ordering::Relaxed);
        StatusCode::SERVICE_UNAVAILABLE
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, collector).into_future());
    let telemetry = Telemetry::exporting_to(&endpoint, "consumer").unwrap();
    telemetry.tracer().in_span("a span", |_| ());
    telemetry.flush(Duration::from_secs(10)).await;
    assert_eq!(attempts.load(Ordering::Relaxed), 2);
}

/// Records with the numbers 0, 1, …, and the sequence numbers 8, 9, ….
fn event(records: usize) -> String {
    let event = Event::new(stream::NAME).first_sequence_number(8);
    let payload = |number: usize| serde_json::to_string(&Payload { number }).unwrap();
    (0..records).fold(event, |event, number| event.untraced("N1", payload(number))).to_json().to_string()
}
