//! A consumer, called as the Lambda runtime calls it: what it tells Lambda, what it logs, which spans it makes.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::history::{Process, ProcessOutcome, Relation};
use kinetrace::semantic_conventions as names;
use kinetrace::{Propagators, Telemetry};
use kinetrace_consumer::{BatchResponse, Consumer, Failure, Handler, KinesisEvent, Record, RecordLog};
use lambda_runtime::LambdaEvent;
use opentelemetry::trace::{SpanId, SpanKind, Status, TraceContextExt as _, Tracer as _, TracerProvider as _};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tower::Service as _;
use tracing::Instrument as _;
use tracing_subscriber::layer::SubscriberExt as _;

const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN_ID: &str = "00f067aa0ba902b7";

/// Everything an invocation leaves behind.
struct Outcome {
    response: Result<BatchResponse, String>,
    log: Vec<Process>,
    spans: Vec<SpanData>,
}

impl Outcome {
    fn stop(&self) -> Option<String> {
        self.response.as_ref().unwrap().stop().map(ToString::to_string)
    }

    fn span(&self, name: &str) -> &SpanData {
        self.spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no span {name}"))
    }

    fn processed(&self) -> Vec<(&str, ProcessOutcome)> {
        self.log.iter().map(|line| (line.sequence_number.as_str(), line.outcome)).collect()
    }
}

struct World {
    provider: SdkTracerProvider,
    exporter: InMemorySpanExporter,
}

impl World {
    fn new() -> Self {
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
        Self { provider, exporter }
    }

    async fn invoke(&self, handler: impl Handler, event: &str) -> Outcome {
        self.invoke_until(handler, event, SystemTime::now() + Duration::from_secs(60)).await
    }

    async fn invoke_until(&self, handler: impl Handler, event: &str, deadline: SystemTime) -> Outcome {
        let log = Arc::new(Mutex::new(Vec::new()));
        let telemetry = Telemetry::new(Some(self.provider.clone()), Propagators::default());
        let sink = Arc::clone(&log);
        let mut consumer =
            Consumer::new(handler, telemetry, RecordLog::new(move |line| sink.lock().unwrap().push(line)));
        let event: KinesisEvent = serde_json::from_str(event).unwrap();
        let response = consumer.call(LambdaEvent::new(event, context(deadline))).await;
        let log = std::mem::take(&mut *log.lock().unwrap());
        let spans = self.exporter.get_finished_spans().unwrap();
        Outcome { response: response.map_err(|error| error.to_string()), log, spans }
    }
}

fn context(deadline: SystemTime) -> lambda_runtime::Context {
    let mut context = lambda_runtime::Context::default();
    context.request_id = "request-1".to_owned();
    context.invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:flights".to_owned();
    context.deadline = u64::try_from(deadline.duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    context.xray_trace_id =
        Some("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=a87bd80c:0".into());
    let config = lambda_runtime::Config { function_name: "flights".to_owned(), ..Default::default() };
    context.env_config = Arc::new(config);
    context
}

fn envelope(payload: &str) -> String {
    format!(r#"{{"_otel":{{"traceparent":"00-{TRACE_ID}-{SPAN_ID}-01","baggage":"tenant=7"}},"data":{payload}}}"#)
}

/// An event whose records have the given data and the sequence numbers 8, 9, 10, …
fn event(records: &[&str]) -> String {
    let records: Vec<_> = records
        .iter()
        .zip(8..)
        .map(|(data, sequence_number)| {
            format!(
                r#"{{"kinesis":{{"partitionKey":"N1","sequenceNumber":"{sequence_number}","data":"{}",
                "approximateArrivalTimestamp":1545084650.987}},"eventID":"shardId-000000000000:{sequence_number}",
                "eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/flights"}}"#,
                BASE64.encode(data)
            )
        })
        .collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(","))
}

/// Fails on `fail`, panics on `panic` and on `instantly`, there before it returns a future.
fn moody(record: Record) -> impl Future<Output = Result<(), Failure>> + Send {
    assert!(record.payload != "instantly", "no future");
    async move {
        tokio::task::yield_now().await;
        match &record.payload[..] {
            b"fail" => Err(Failure::new("no such plane")),
            b"panic" => panic!("out of fuel"),
            _ => Ok(()),
        }
    }
}

#[tokio::test]
async fn a_batch_stops_at_its_first_failure_and_names_it() {
    use ProcessOutcome::{Failed, Succeeded};
    type Case<'a> = (&'a [&'a str], Option<&'a str>, &'a [(&'a str, ProcessOutcome)]);
    let table: [Case<'_>; 6] = [
        (&[], None, &[]),
        (&["ok"], None, &[("8", Succeeded)]),
        (&["ok", "ok"], None, &[("8", Succeeded), ("9", Succeeded)]),
        (&["ok", "fail", "ok", "fail"], Some("9"), &[("8", Succeeded), ("9", Failed)]),
        (&["panic", "ok"], Some("8"), &[("8", Failed)]),
        (&["ok", "ok", "instantly"], Some("10"), &[("8", Succeeded), ("9", Succeeded), ("10", Failed)]),
    ];
    for (records, stop, processed) in table {
        let outcome = World::new().invoke(moody, &event(records)).await;
        assert_eq!(outcome.stop().as_deref(), stop, "{records:?}");
        assert_eq!(outcome.processed(), processed, "{records:?}");
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_read_fails_itself_and_only_in_its_turn() {
    let good = event(&["ok", "spoiled", "ok"]);
    let unreadable = good.replace(&BASE64.encode("spoiled"), "%%%");
    let outcome = World::new().invoke(moody, &unreadable).await;
    assert_eq!(outcome.stop().as_deref(), Some("9"));
    assert_eq!(outcome.processed(), [("8", ProcessOutcome::Succeeded)]);

    let nameless = good.replace(r#""sequenceNumber":"9","#, "");
    let error = World::new().invoke(moody, &nameless).await.response.unwrap_err();
    assert!(error.contains("whole batch") && error.contains("record 1"), "{error}");
}

#[tokio::test]
async fn nothing_is_begun_when_the_deadline_is_near() {
    let deadline = SystemTime::now() + Duration::from_millis(50);
    let outcome = World::new().invoke_until(moody, &event(&["ok", "ok"]), deadline).await;
    assert_eq!(outcome.stop().as_deref(), Some("8"));
    assert_eq!(outcome.processed(), []);
}

#[tokio::test]
async fn a_single_record_is_continued_by_the_whole_invocation() {
    let outcome = World::new().invoke(moody, &event(&[&envelope(r#"{"a": 1.0}"#)])).await;
    let (invocation, process) = (outcome.span("flights"), outcome.span("process flights"));
    assert_eq!(invocation.span_context.trace_id().to_string(), TRACE_ID);
    assert_eq!(invocation.parent_span_id.to_string(), SPAN_ID);
    assert_eq!(invocation.span_kind, SpanKind::Server);
    assert_eq!(process.parent_span_id, invocation.span_context.span_id());
    assert_eq!(process.span_kind, SpanKind::Consumer);
    assert!(process.links.links.is_empty());

    let line = &outcome.log[0];
    assert_eq!(line.relation, Some(Relation::Parent));
    assert_eq!(line.context.as_ref().unwrap().span_id, SPAN_ID);
    assert_eq!(line.span.as_ref().unwrap().span_id, process.span_context.span_id().to_string());
    assert_eq!(line.payload_crc32, crc32fast::hash(br#"{"a": 1.0}"#));
}

#[tokio::test]
async fn several_records_are_linked_to_each_from_its_own_span() {
    let outcome = World::new().invoke(moody, &event(&[&envelope("1"), "plain", &envelope("2")])).await;
    let invocation = outcome.span("flights");
    assert_eq!(invocation.parent_span_id, SpanId::INVALID);
    assert_ne!(invocation.span_context.trace_id().to_string(), TRACE_ID);
    let process: Vec<_> = outcome.spans.iter().filter(|span| span.name == "process flights").collect();
    let links = process.iter().map(|span| span.links.links.len()).collect::<Vec<_>>();
    assert_eq!(links, [1, 0, 1]);
    for span in &process {
        assert_eq!(span.parent_span_id, invocation.span_context.span_id());
    }
    assert_eq!(process[0].links.links[0].span_context.span_id().to_string(), SPAN_ID);
    let relations: Vec<_> = outcome.log.iter().map(|line| line.relation).collect();
    assert_eq!(relations, [Some(Relation::Link), None, Some(Relation::Link)]);
}

#[tokio::test]
async fn lambdas_own_trace_id_is_a_link_even_where_nothing_else_is_there() {
    for records in [&["plain"][..], &["plain", "plain"], &[]] {
        let outcome = World::new().invoke(moody, &event(records)).await;
        let invocation = outcome.span("flights");
        assert_eq!(invocation.parent_span_id, SpanId::INVALID);
        assert_eq!(invocation.links.links[0].span_context.span_id().to_string(), "53995c3f42cd8ad8");
    }
}

#[tokio::test]
async fn a_malformed_context_costs_the_context_only() {
    let data = r#"{"_otel":{"traceparent":"00-zz-1-01"},"data":"ok"}"#;
    let outcome = World::new().invoke(moody, &event(&[data])).await;
    assert_eq!(outcome.stop(), None);
    assert_eq!(outcome.log[0].relation, None);
    assert_eq!(outcome.log[0].payload_crc32, crc32fast::hash(b"\"ok\""));
}

#[tokio::test]
async fn a_failed_record_marks_its_span_and_its_line() {
    for (record, error_type, message) in
        [("fail", "failure", "no such plane"), ("panic", "panic", "panicked: out of fuel")]
    {
        let outcome = World::new().invoke(moody, &event(&[record])).await;
        let span = outcome.span("process flights");
        assert_eq!(span.status, Status::error(message));
        let value = span.attributes.iter().find(|kv| kv.key.as_str() == names::ERROR_TYPE).unwrap();
        assert_eq!(value.value.as_str(), error_type);
        assert_eq!(outcome.log[0].error.as_deref(), Some(message));
        assert!(matches!(outcome.span("flights").status, Status::Error { .. }));
    }
}

#[tokio::test]
async fn whatever_the_handler_opens_lands_below_its_records_span() {
    let world = World::new();
    let tracer = world.provider.tracer("business");
    let layer = tracing_opentelemetry::layer().with_tracer(world.provider.tracer("tracing"));
    let _subscriber = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let tracer = Arc::new(tracer);
    let handler = move |_: Record| {
        let tracer = Arc::clone(&tracer);
        async move {
            tracer.in_span("api before", |_| ());
            tokio::task::yield_now().await;
            tracer.in_span("api after", |_| ());
            async {
                tokio::task::yield_now().await;
                tracer.in_span("api inside tracing", |_| ());
            }
            .instrument(tracing::info_span!("tracing after"))
            .await;
            let baggage = opentelemetry::Context::map_current(|context| {
                assert!(context.span().span_context().is_valid());
                opentelemetry::baggage::BaggageExt::baggage(context).get("tenant").map(ToString::to_string)
            });
            assert_eq!(baggage.as_deref(), Some("7"));
            Ok::<(), Failure>(())
        }
    };
    let outcome = world.invoke(handler, &event(&[&envelope("1")])).await;
    assert_eq!(outcome.stop(), None, "{:?}", outcome.log);
    let process = outcome.span("process flights").span_context.span_id();
    for name in ["api before", "api after", "tracing after"] {
        assert_eq!(outcome.span(name).parent_span_id, process, "{name}");
    }
    assert_eq!(outcome.span("api inside tracing").parent_span_id, outcome.span("tracing after").span_context.span_id());
}
