//! The consumer's spans, when there are many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::Environment;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use crate::bootstrap::consumer;
use crate::event::{DONE, event};

const EVENTS: usize = 9;
const RECORDS: usize = 1_000;
/// The invocation's own, and of each record the consumer's and the business code's.
const SPANS: usize = 1 + 2 * RECORDS;

/// A collector that answers nothing until it is told to.
#[derive(Clone)]
struct Slow {
    is_open: watch::Sender<bool>,
    spans: Arc<AtomicUsize>,
}

impl Slow {
    async fn start() -> (Self, String) {
        let slow = Self { is_open: watch::Sender::new(false), spans: Arc::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let routes = Router::new().route("/v1/traces", post(Self::take).with_state(slow.clone()));
        let routes = routes.layer(axum::extract::DefaultBodyLimit::disable());
        tokio::spawn(axum::serve(listener, routes).into_future());
        (slow, endpoint)
    }

    async fn take(State(slow): State<Self>, body: Bytes) {
        slow.is_open.subscribe().wait_for(|is_open| *is_open).await.unwrap();
        let request = ExportTraceServiceRequest::decode(body).unwrap();
        let scopes = request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
        slow.spans.fetch_add(scopes.map(|scope| scope.spans.len()).sum(), Ordering::SeqCst);
    }

    fn spans(&self) -> usize {
        self.spans.load(Ordering::SeqCst)
    }
}

/// So it comes after an outage: large events, one after the other.
#[tokio::test]
async fn of_a_backlog_every_span_arrives_though_none_can_leave_before_its_end() {
    let (slow, endpoint) = Slow::start().await;
    let never = ("OTEL_EXPORTER_OTLP_TIMEOUT", "3600000");
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint[..]), ("OTEL_METRICS_EXPORTER", "none"), never];
    let (logs, mut lines) = mpsc::unbounded_channel();
    let configuration = Configuration { timeout: Duration::from_secs(600), ..consumer(1, &variables) };
    let environment = Environment::start(0, &configuration, logs).await.unwrap();
    let invoke = async |shard: usize, records: usize| {
        let event = event(shard.try_into().unwrap(), 1..=records.try_into().unwrap());
        assert_eq!(environment.invoke(event).await.unwrap(), DONE);
        environment.ready().await.unwrap();
    };
    for shard in 0..EVENTS {
        invoke(shard, RECORDS).await;
    }
    slow.is_open.send_replace(true);
    // What half a second is too short for leaves during further ones.
    let mut further = 0;
    while slow.spans() < EVENTS * SPANS && further < 500 {
        further += 1;
        invoke(EVENTS + further, 1).await;
    }
    assert!((EVENTS * SPANS..=EVENTS * SPANS + 3 * further).contains(&slow.spans()), "{} spans", slow.spans());
    environment.shutdown().await;
    while let Some(line) = lines.recv().await {
        assert!(!line.line.contains("being lost"), "{}", line.line);
    }
}
