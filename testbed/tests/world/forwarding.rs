//! Spans that a collector passes on: all of them arrive, whatever the receiver does, or it is told how many did not and why.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::future::join_all;
use kinetrace_testbed::collector::{Collector, Destination, Forwarded, Forwarder};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::collector::{PROTOBUF, export, export_to, metrics, process_span, request, sum};
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;

/// What a receiver does with a request, counted from 0.
type Script = fn(usize, &ExportTraceServiceRequest) -> Does;

enum Does {
    Take,
    /// Answers after it was opened.
    Hold,
    Never,
    HangUp,
    Answer(StatusCode, &'static str),
}

/// A store of traces that follows a script.
struct Receiver {
    shared: Arc<Shared>,
    endpoint: String,
}

struct Shared {
    script: Script,
    seen: Mutex<Seen>,
    open: watch::Sender<bool>,
}

#[derive(Default)]
struct Seen {
    requests: usize,
    spans: Vec<Vec<u8>>,
    headers: HeaderMap,
    path: String,
}

impl Receiver {
    async fn start(script: Script) -> Self {
        let shared = Arc::new(Shared { script, seen: Mutex::default(), open: watch::Sender::new(false) });
        let router = Router::new().fallback(receive).layer(DefaultBodyLimit::disable()).with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { shared, endpoint }
    }

    fn forwarder(&self) -> Forwarder {
        forwarder_to(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &self.endpoint)])
    }

    /// How many requests came, and the ids of the spans in those that were taken.
    fn seen(&self) -> (usize, Vec<Vec<u8>>) {
        let seen = self.shared.seen.lock().unwrap();
        (seen.requests, seen.spans.clone())
    }
}

async fn receive(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let does = {
        let mut seen = shared.seen.lock().unwrap();
        seen.requests += 1;
        (seen.headers, seen.path) = (headers, uri.path().to_owned());
        (shared.script)(seen.requests - 1, &request)
    };
    match does {
        Does::Take => {}
        Does::Hold => drop(shared.open.subscribe().wait_for(|open| *open).await),
        Does::Never => std::future::pending().await,
        Does::HangUp => panic!("the connection ends"),
        Does::Answer(status, text) => return (status, [(RETRY_AFTER, "0")], text).into_response(),
    }
    let spans = request.resource_spans.into_iter().flat_map(|it| it.scope_spans).flat_map(|it| it.spans);
    shared.seen.lock().unwrap().spans.extend(spans.map(|span| span.span_id));
    StatusCode::OK.into_response()
}

fn forwarder_to(variables: &[(&str, &str)]) -> Forwarder {
    let variables: HashMap<_, _> = variables.iter().copied().collect();
    let read = Destination::read(|name| variables.get(name).map(|value| (*value).to_owned()));
    Forwarder::start(read.unwrap().unwrap())
}

const BODIES: u64 = 400;
const SPANS: u64 = 3 * BODIES;

/// Exports bodies of three spans each, as functions do, from several senders at once.
async fn export_all(collector: &Collector) {
    let body = |n: u64| {
        request((0..3).map(|k| Span { span_id: (3 * n + k).to_be_bytes().into(), ..process_span(1) }).collect())
    };
    let senders = (0..4).map(|sender| async move {
        for n in (sender..BODIES).step_by(4) {
            assert_eq!(export(collector, PROTOBUF, body(n)).await, StatusCode::OK, "the sender noticed");
        }
    });
    join_all(senders).await;
}

/// Exports all of them by a collector that forwards to a receiver.
async fn forwarded_to(receiver: &Receiver) -> Forwarded {
    let forwarder = receiver.forwarder();
    let collector = Collector::start_forwarding_by(&forwarder).await.unwrap();
    export_all(&collector).await;
    assert_eq!(collector.spans().len() as u64, SPANS);
    let _ = receiver.shared.open.send_replace(true);
    forwarder.finish().await
}

fn assert_whole(receiver: &Receiver, forwarded: &Forwarded) {
    let (_, spans) = receiver.seen();
    assert_eq!(spans.iter().collect::<HashSet<_>>().len() as u64, SPANS);
    assert_eq!(*forwarded, Forwarded { spans: SPANS, taken: SPANS, lost: [].into() });
}

#[tokio::test]
async fn what_waits_for_a_busy_receiver_goes_together_and_all_of_it_arrives_once() {
    let receiver = Receiver::start(|_, _| Does::Hold).await;
    let forwarded = forwarded_to(&receiver).await;
    assert_whole(&receiver, &forwarded);
    let (requests, spans) = receiver.seen();
    assert_eq!(spans.len() as u64, SPANS, "some twice");
    assert!(requests <= 4, "{requests} requests for {BODIES} bodies, of which two go before the others come");
}

#[tokio::test]
async fn a_receiver_that_answers_at_once_gets_everything() {
    let receiver = Receiver::start(|_, _| Does::Take).await;
    let forwarded = forwarded_to(&receiver).await;
    assert_whole(&receiver, &forwarded);
}

#[tokio::test]
async fn a_receiver_that_is_overloaded_or_hangs_up_now_and_then_gets_everything_in_the_end() {
    let receiver = Receiver::start(|n, _| match n {
        0 => Does::HangUp,
        n if n % 3 == 1 => Does::Answer(StatusCode::SERVICE_UNAVAILABLE, "later"),
        n if n % 3 == 2 => Does::Answer(StatusCode::TOO_MANY_REQUESTS, "later"),
        _ => Does::Take,
    })
    .await;
    let forwarded = forwarded_to(&receiver).await;
    assert_whole(&receiver, &forwarded);
}

#[tokio::test]
async fn a_receiver_that_takes_small_requests_only_gets_them() {
    let receiver = Receiver::start(|n, request| match (n, request.resource_spans.len()) {
        (0 | 1, _) => Does::Hold,
        (_, bodies) if bodies > 10 => Does::Answer(StatusCode::PAYLOAD_TOO_LARGE, "too large"),
        _ => Does::Take,
    })
    .await;
    let forwarded = forwarded_to(&receiver).await;
    assert_whole(&receiver, &forwarded);
}

#[tokio::test]
async fn what_a_receiver_refuses_is_counted_with_its_reason_and_costs_the_sender_nothing() {
    let receiver = Receiver::start(|_, _| Does::Answer(StatusCode::UNAUTHORIZED, "no such tenant\n")).await;
    let forwarded = forwarded_to(&receiver).await;
    assert_eq!((forwarded.spans, forwarded.taken, forwarded.not_taken()), (SPANS, 0, SPANS));
    let [reason] = &forwarded.lost.keys().collect::<Vec<_>>()[..] else { panic!("{forwarded:?}") };
    assert!(reason.starts_with("answered 401 Unauthorized: no such tenant"), "{reason}");
}

/// Time is the runtime's, which goes on whenever nothing else happens.
#[tokio::test(start_paused = true)]
async fn a_receiver_that_hangs_or_is_gone_is_given_up_in_bounded_time_and_reported() {
    let hangs = Receiver::start(|_, _| Does::Never).await;
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    for (endpoint, cause) in [(&hangs.endpoint, "no answer within 10s"), (&gone, "Connection refused")] {
        let forwarder = forwarder_to(&[("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)]);
        let collector = Collector::start_forwarding_by(&forwarder).await.unwrap();
        export(&collector, PROTOBUF, request(vec![process_span(1), process_span(2)])).await;
        let began = tokio::time::Instant::now();
        let forwarded = forwarder.finish().await;
        assert!(began.elapsed().as_secs() <= 40, "{:?}", began.elapsed());
        assert_eq!((forwarded.taken, forwarded.not_taken()), (0, 2));
        let text = forwarded.to_string();
        assert!(text.starts_with("0 of 2 spans; 2 not taken (given up after 30s") && text.contains(cause), "{text}");
    }
    let read = Destination::read(|name| (name == "OTEL_EXPORTER_OTLP_ENDPOINT").then(|| gone.clone()));
    let error = read.unwrap().unwrap().check().await.unwrap_err().to_string();
    assert!(error.contains(&gone) && error.contains("OTEL_EXPORTER_OTLP_ENDPOINT"), "{error}");
}

#[tokio::test]
async fn spans_go_where_the_variables_of_exporters_say_with_their_headers_and_metrics_go_nowhere() {
    let receiver = Receiver::start(|_, _| Does::Take).await;
    let traces = format!("{}/in", receiver.endpoint);
    let forwarder = forwarder_to(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &traces),
        ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%20b"),
    ]);
    let collector = Collector::start_forwarding_by(&forwarder).await.unwrap();
    export(&collector, PROTOBUF, request(vec![process_span(1)])).await;
    export_to("metrics", &collector, PROTOBUF, metrics("first", vec![sum("0", Number::AsInt(1))])).await;
    assert_eq!(forwarder.finish().await.to_string(), "1 of 1 spans");
    let seen = receiver.shared.seen.lock().unwrap();
    assert_eq!((seen.requests, seen.path.as_str()), (1, "/in"), "a store of traces would refuse metrics");
    let header = |name| seen.headers[name].to_str().unwrap();
    assert_eq!((header("api-key"), header("content-type")), ("a b", "application/x-protobuf"));
}
