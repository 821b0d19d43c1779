//! A consumer called as the Lambda runtime calls it, and everything it leaves behind.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::history::{Process, ProcessOutcome};
use kinetrace::{KeyNames, Propagators, Telemetry};
use kinetrace_consumer::kinesis::BatchResponse;
use kinetrace_consumer::{AnyHandler, Failure, IntoHandler, Record};
use kinetrace_testing::{Event, Invocation, Invoker, Recorder, Series};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, TracerProviderBuilder};

pub(crate) const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
pub(crate) const SPAN_ID: &str = "00f067aa0ba902b7";

const XRAY: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=a87bd80c:0";

/// Four user records: `first` (key N1, context in its tags), `"second"` (key N2, hash key 7, in an envelope), `fail` (N1),
/// `unreached` (N2).
pub(crate) const AGGREGATE: &str = "84mawgoCTjEKAk4yEgE3GlEIABoFZmlyc3QiRgoLdHJhY2VwYXJlbnQSNzAwLTRiZjkyZjM1NzdiMzRkYTZhM2NlOTI5ZDBlMGU0NzM2LTAwZjA2N2FhMGJhOTAyYjctMDEaaQgBEAAaY3siX290ZWwiOnsidHJhY2VwYXJlbnQiOiIwMC00YmY5MmYzNTc3YjM0ZGE2YTNjZTkyOWQwZTBlNDczNi0wMGYwNjdhYTBiYTkwMmI3LTAxIn0sImRhdGEiOiJzZWNvbmQifRoICAAaBGZhaWwaDQgBGgl1bnJlYWNoZWQvuA+y3drv0jQ9hg5Cssvp";

/// Everything an invocation leaves behind.
pub(crate) struct Outcome {
    pub(crate) response: Result<BatchResponse, String>,
    pub(crate) log: Vec<Process>,
    pub(crate) spans: Vec<SpanData>,
}

impl From<Invocation> for Outcome {
    fn from(invocation: Invocation) -> Self {
        Self {
            response: invocation.answer().as_ref().map_err(ToString::to_string).cloned(),
            log: invocation.record_lines().to_vec(),
            spans: invocation.spans().to_vec(),
        }
    }
}

impl Outcome {
    pub(crate) fn stop(&self) -> Option<String> {
        self.response.as_ref().unwrap().stop().map(ToString::to_string)
    }

    pub(crate) fn span(&self, name: &str) -> &SpanData {
        self.spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no span {name}"))
    }

    pub(crate) fn processed(&self) -> Vec<(&str, ProcessOutcome)> {
        self.log.iter().map(|line| (line.sequence_number.as_str(), line.outcome)).collect()
    }
}

/// How a consumer is called, and all spans and metrics of its invocations.
pub(crate) struct World {
    pub(crate) provider: SdkTracerProvider,
    recorder: Recorder,
    telemetry: Telemetry,
    invoker: Invoker,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|provider| provider)
    }

    /// With a tracer provider that has more to it.
    pub(crate) fn with(change: impl FnOnce(TracerProviderBuilder) -> TracerProviderBuilder) -> Self {
        let recorder = Recorder::with_tracing(change);
        let invoker =
            Invoker::new().recorder(&recorder).keep_subscriber().function_name("flights").request_id("request-1");
        let provider = recorder.tracer_provider().clone();
        let telemetry = recorder.telemetry();
        Self { provider, recorder, telemetry, invoker: invoker.xray_trace_header(XRAY) }
    }

    /// Measuring with a provider of its own.
    pub(crate) fn measuring(self, provider: SdkMeterProvider) -> Self {
        Self { telemetry: self.telemetry.with_meter_provider(provider), ..self }
    }

    pub(crate) fn without_telemetry() -> Self {
        Self { telemetry: Telemetry::new(None, Propagators::default()), ..Self::new() }
    }

    pub(crate) fn telemetry(&self) -> Telemetry {
        self.telemetry.clone()
    }

    pub(crate) fn spans(&self) -> Vec<SpanData> {
        self.recorder.spans()
    }

    pub(crate) fn metric(&self, name: &str) -> Vec<Series> {
        self.recorder.metric(name)
    }

    /// With keys named otherwise.
    pub(crate) fn naming(self, key_names: KeyNames) -> Self {
        Self { invoker: self.invoker.key_names(key_names), ..self }
    }

    /// With something chosen otherwise.
    pub(crate) fn choosing(self, choose: impl FnOnce(Invoker) -> Invoker) -> Self {
        Self { invoker: choose(self.invoker), ..self }
    }

    pub(crate) async fn invoke<M>(&self, handler: impl IntoHandler<M, Handler: AnyHandler>, event: &str) -> Outcome {
        self.invoke_until(handler, event, SystemTime::now() + Duration::from_secs(60)).await
    }

    pub(crate) async fn invoke_until<M>(
        &self,
        handler: impl IntoHandler<M, Handler: AnyHandler>,
        event: &str,
        deadline: SystemTime,
    ) -> Outcome {
        let time = deadline.duration_since(SystemTime::now()).unwrap_or_default();
        let invoker = self.invoker.clone().telemetry(self.telemetry()).time(time);
        invoker.invoke_json(handler, event).await.unwrap().into()
    }
}

/// Of an invocation that begins now.
pub(crate) fn context() -> lambda_runtime::Context {
    World::new().invoker.context()
}

/// Of the [`AGGREGATE`].
pub(crate) fn aggregate() -> Vec<u8> {
    BASE64.decode(AGGREGATE).unwrap()
}

pub(crate) fn envelope(payload: &str) -> String {
    format!(r#"{{"_otel":{{"traceparent":"00-{TRACE_ID}-{SPAN_ID}-01","baggage":"tenant=7"}},"data":{payload}}}"#)
}

/// An event whose records have the given data and the sequence numbers 8, 9, 10, …
pub(crate) fn event(records: &[impl AsRef<[u8]>]) -> String {
    keyed_event(&records.iter().map(|data| ("N1", data)).collect::<Vec<_>>())
}

/// The same, each with its partition key.
pub(crate) fn keyed_event(records: &[(impl AsRef<str>, impl AsRef<[u8]>)]) -> String {
    let event = Event::new("flights").first_sequence_number(8);
    let event = records.iter().fold(event, |event, (key, data)| event.untraced(key.as_ref(), data.as_ref()));
    event.to_json().to_string()
}

/// Fails on `fail`, skips `skip`, panics on `panic` and on `instantly`, there before it returns a future.
pub(crate) fn moody(record: Record) -> impl Future<Output = Result<(), Failure>> + Send {
    assert!(record.payload != "instantly", "no future");
    async move {
        tokio::task::yield_now().await;
        match &record.payload[..] {
            b"skip" => Err(Failure::skip("a plane without a number")),
            b"fail" => Err(Failure::retry("no such plane")),
            b"panic" => panic!("out of fuel"),
            _ => Ok(()),
        }
    }
}
