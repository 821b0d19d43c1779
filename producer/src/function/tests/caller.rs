//! What callers send by headers, and what of it gets into the stream.

use std::sync::Mutex;

use aws_smithy_types::body::SdkBody;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http_body_util::BodyExt as _;
use kinetrace::{Carrier, Reader};
use opentelemetry::propagation::Extractor as _;
use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler, SdkTracerProvider, SpanData};

use super::*;

const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Takes all records, and keeps their data.
#[derive(Debug, Clone, Default)]
struct Stream(Arc<Mutex<Vec<Vec<u8>>>>);

impl HttpConnector for Stream {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let (stream, body) = (self.clone(), std::mem::replace(request.body_mut(), SdkBody::taken()));
        HttpConnectorFuture::new(async move {
            let body = body.collect().await.unwrap().to_bytes();
            Ok(HttpResponse::new(200.try_into().unwrap(), stream.put(&body).into()))
        })
    }
}

impl Stream {
    fn put(&self, body: &[u8]) -> String {
        let put: serde_json::Value = serde_json::from_slice(body).unwrap();
        let data = put["Records"].as_array().unwrap().iter().map(|record| record["Data"].as_str().unwrap());
        let data: Vec<_> = data.map(|base64| BASE64.decode(base64).unwrap()).collect();
        let entries = vec![r#"{"ShardId":"shard","SequenceNumber":"1"}"#; data.len()].join(",");
        self.0.lock().unwrap().extend(data);
        format!(r#"{{"FailedRecordCount":0,"Records":[{entries}]}}"#)
    }
}

impl HttpClient for Stream {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

struct World {
    stream: Stream,
    exporter: InMemorySpanExporter,
    function: Function,
}

fn world(public_endpoint: bool, propagators: Propagators, sampler: Sampler) -> World {
    let (stream, exporter) = (Stream::default(), InMemorySpanExporter::default());
    let provider = SdkTracerProvider::builder().with_sampler(sampler).with_simple_exporter(exporter.clone()).build();
    let telemetry = Telemetry::new(Some(provider), propagators);
    let base = function(&OneStream::default());
    let client = base.client.config().to_builder().http_client(stream.clone()).build();
    let function = Function {
        client: Client::from_conf(client),
        tracer: telemetry.tracer(),
        telemetry,
        has_published: AtomicBool::new(true),
        configuration: Configuration { carrier: Some(Carrier::Envelope), public_endpoint, ..base.configuration },
        ..base
    };
    World { stream, exporter, function }
}

impl World {
    async fn call(&self, events: usize, headers: &[(&str, &str)]) {
        let body: Vec<_> = (0..events).map(|n| format!(r#"{{"tailnum":{n}}}"#)).collect();
        let headers: std::collections::HashMap<_, _> = headers.iter().copied().collect();
        let event = serde_json::json!({"requestContext": {}, "headers": headers, "body": body.join("\n")}).to_string();
        let mut context = lambda_runtime::Context::default();
        let deadline = SystemTime::now() + Duration::from_secs(600);
        let since = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        context.deadline = u64::try_from(since.as_millis()).unwrap();
        let event = RawValue::from_string(event).unwrap();
        self.function.invoke(LambdaEvent::new(event, context)).await.unwrap();
    }

    fn data(&self) -> Vec<Vec<u8>> {
        self.stream.0.lock().unwrap().clone()
    }

    fn invocation(&self) -> Option<SpanData> {
        let spans = self.exporter.get_finished_spans().unwrap();
        spans.into_iter().find(|span| span.span_kind == opentelemetry::trace::SpanKind::Server)
    }

    /// Of what the first record carries.
    fn field(&self, name: &str) -> Option<String> {
        let record = Reader::default().read(self.data().remove(0).into(), None).remove(0);
        record.fields.get(name).map(str::to_owned)
    }
}

fn traceparent(flags: &str) -> String {
    format!("00-{TRACE_ID}-00f067aa0ba902b7-{flags}")
}

/// Twenty-two kilobytes of headers were on each record: a request of 57 KB with 2,000 events put 45 MB into the stream.
#[tokio::test]
async fn what_a_caller_sends_once_is_not_multiplied_without_bound() {
    let tracestate: Vec<_> = (0..32).map(|n| format!("k{n}={}", "x".repeat(250))).collect();
    let baggage: Vec<_> = (0..64).map(|n| format!("key{n}={}", "x".repeat(110))).collect();
    let (tracestate, baggage) = (tracestate.join(","), baggage.join(","));
    let headers = [("traceparent", traceparent("01")), ("tracestate", tracestate), ("baggage", baggage)];
    let world = world(false, Propagators::default(), Sampler::AlwaysOn);
    world.call(200, &headers.each_ref().map(|(name, value)| (*name, value.as_str()))).await;
    let data = world.data();
    let bytes: usize = data.iter().map(Vec::len).sum();
    assert_eq!(data.len(), 200);
    assert!(bytes <= 200 * (512 + 1024 + 300), "{bytes} bytes");
    assert!(world.field("baggage").is_some_and(|baggage| baggage.len() <= 1024));
    let dropped = world.function.telemetry.propagators().dropped();
    assert!(dropped.tracestate_read > 0 && dropped.baggage_written > 0, "{dropped:?}");
}

/// Neither the flag nor the ids that a stranger chooses decide anything; the owner's sampler does.
#[tokio::test]
async fn a_public_endpoint_begins_a_trace_and_links_to_the_callers_whatever_its_flags() {
    for flags in ["00", "01"] {
        for (ratio, is_sampled) in [(1.0, true), (0.0, false)] {
            let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(ratio)));
            let world = world(true, Propagators::default(), sampler);
            let traceparent = traceparent(flags);
            let headers = [("traceparent", traceparent.as_str()), ("tracestate", "rojo=1"), ("baggage", "user=alice")];
            world.call(1, &headers).await;
            let sent = world.field("traceparent").unwrap();
            assert!(!sent.contains(TRACE_ID) && sent.ends_with(if is_sampled { "-01" } else { "-00" }), "{sent}");
            assert_eq!((world.field("tracestate"), world.field("baggage")), (None, None), "{flags}");
            let span = world.invocation();
            assert_eq!(span.is_some(), is_sampled, "{flags} {ratio}");
            let Some(span) = span else { continue };
            assert_eq!(span.parent_span_id, SpanId::INVALID);
            assert_eq!(span.links.links[0].span_context.trace_id().to_string(), TRACE_ID);
        }
    }
}

#[tokio::test]
async fn baggage_of_public_callers_travels_if_its_key_is_named() {
    let world = world(true, Propagators::default().with_baggage_keys(["tenant"]), Sampler::AlwaysOn);
    world.call(1, &[("baggage", "user=alice,tenant=7")]).await;
    assert_eq!(world.field("baggage").as_deref(), Some("tenant=7"));
}

#[tokio::test]
async fn without_it_the_callers_trace_goes_on() {
    let world = world(false, Propagators::default(), Sampler::AlwaysOn);
    world.call(1, &[("traceparent", &traceparent("01")), ("baggage", "user=alice")]).await;
    assert!(world.field("traceparent").unwrap().contains(TRACE_ID));
    assert_eq!(world.field("baggage").as_deref(), Some("user=alice"));
    assert_eq!(world.invocation().unwrap().parent_span_id.to_string(), "00f067aa0ba902b7");
}
