//! A consumer called as the Lambda runtime calls it, and everything it leaves behind.

use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kinetrace::history::{Process, ProcessOutcome};
use kinetrace::{KeyNames, Propagators, Reader, Telemetry};
use kinetrace_consumer::kinesis::{BatchResponse, KinesisEvent};
use kinetrace_consumer::{AnyHandler, Consumer, Failure, IntoHandler, Record, RecordLog, RelationPolicy};
use lambda_runtime::LambdaEvent;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData, TracerProviderBuilder};
use tower::Service as _;

pub(crate) const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
pub(crate) const SPAN_ID: &str = "00f067aa0ba902b7";

/// Four user records: `first` (key N1, context in its tags), `"second"` (key N2, hash key 7, in an envelope), `fail` (N1),
/// `unreached` (N2).
pub(crate) const AGGREGATE: &str = "84mawgoCTjEKAk4yEgE3GlEIABoFZmlyc3QiRgoLdHJhY2VwYXJlbnQSNzAwLTRiZjkyZjM1NzdiMzRkYTZhM2NlOTI5ZDBlMGU0NzM2LTAwZjA2N2FhMGJhOTAyYjctMDEaaQgBEAAaY3siX290ZWwiOnsidHJhY2VwYXJlbnQiOiIwMC00YmY5MmYzNTc3YjM0ZGE2YTNjZTkyOWQwZTBlNDczNi0wMGYwNjdhYTBiYTkwMmI3LTAxIn0sImRhdGEiOiJzZWNvbmQifRoICAAaBGZhaWwaDQgBGgl1bnJlYWNoZWQvuA+y3drv0jQ9hg5Cssvp";

/// Everything an invocation leaves behind.
pub(crate) struct Outcome {
    pub(crate) response: Result<BatchResponse, String>,
    pub(crate) log: Vec<Process>,
    pub(crate) spans: Vec<SpanData>,
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

/// What tests choose of the consumer.
pub(crate) struct Configuration {
    pub(crate) reader: Reader,
    pub(crate) relation: RelationPolicy,
    pub(crate) max_concurrency: NonZero<usize>,
    pub(crate) key_attribute: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        let (reader, relation) = (Reader::default(), RelationPolicy::default());
        Self { reader, relation, max_concurrency: NonZero::<usize>::MIN, key_attribute: true }
    }
}

pub(crate) struct World {
    pub(crate) provider: SdkTracerProvider,
    is_telemetry_off: bool,
    exporter: InMemorySpanExporter,
    meter_provider: Option<SdkMeterProvider>,
    configuration: Configuration,
    key_names: KeyNames,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|provider| provider)
    }

    /// With a tracer provider that has more to it.
    pub(crate) fn with(change: impl FnOnce(TracerProviderBuilder) -> TracerProviderBuilder) -> Self {
        let exporter = InMemorySpanExporter::default();
        let provider = change(SdkTracerProvider::builder().with_simple_exporter(exporter.clone())).build();
        Self {
            provider,
            is_telemetry_off: false,
            exporter,
            meter_provider: None,
            configuration: Configuration::default(),
            key_names: KeyNames::default(),
        }
    }

    /// Measuring with this provider.
    pub(crate) fn measuring(self, provider: SdkMeterProvider) -> Self {
        Self { meter_provider: Some(provider), ..self }
    }

    pub(crate) fn without_telemetry() -> Self {
        Self { is_telemetry_off: true, ..Self::new() }
    }

    pub(crate) fn telemetry(&self) -> Telemetry {
        let provider = Some(self.provider.clone()).filter(|_| !self.is_telemetry_off);
        let telemetry = Telemetry::new(provider, Propagators::default());
        match &self.meter_provider {
            Some(provider) => telemetry.with_meter_provider(provider.clone()),
            None => telemetry,
        }
    }

    pub(crate) fn spans(&self) -> Vec<SpanData> {
        self.exporter.get_finished_spans().unwrap()
    }

    /// With keys named otherwise.
    pub(crate) fn naming(self, key_names: KeyNames) -> Self {
        Self { key_names, ..self }
    }

    /// With something chosen otherwise.
    pub(crate) fn choosing(mut self, choose: impl FnOnce(&mut Configuration)) -> Self {
        choose(&mut self.configuration);
        self
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
        let log = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&log);
        let record_log = RecordLog::new(move |line| sink.lock().unwrap().push(line)).key_names(self.key_names.clone());
        let Configuration { reader, relation, max_concurrency, key_attribute } = self.configuration;
        let builder = Consumer::builder(handler).read_environment(false).reader(reader).relation(relation);
        let builder = builder.max_concurrency(max_concurrency).key_attribute(key_attribute);
        let mut consumer = builder.telemetry(self.telemetry()).record_log(record_log).build().unwrap();
        let event: KinesisEvent = serde_json::from_str(event).unwrap();
        let response = consumer.call(LambdaEvent::new(event, context(deadline))).await;
        let log = std::mem::take(&mut *log.lock().unwrap());
        Outcome { response: response.map_err(|error| error.to_string()), log, spans: self.spans() }
    }
}

pub(crate) fn context(deadline: SystemTime) -> lambda_runtime::Context {
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

pub(crate) fn envelope(payload: &str) -> String {
    format!(r#"{{"_otel":{{"traceparent":"00-{TRACE_ID}-{SPAN_ID}-01","baggage":"tenant=7"}},"data":{payload}}}"#)
}

/// An event whose records have the given data and the sequence numbers 8, 9, 10, …
pub(crate) fn event(records: &[&str]) -> String {
    let records: Vec<_> = records.iter().map(|data| BASE64.encode(data)).collect();
    event_of(&records)
}

/// The same, of data in base64.
pub(crate) fn event_of(records: &[impl AsRef<str>]) -> String {
    event_with_keys(&records.iter().map(|data| ("N1", data)).collect::<Vec<_>>())
}

/// The same, each with its partition key.
pub(crate) fn event_with_keys(records: &[(impl AsRef<str>, impl AsRef<str>)]) -> String {
    let records: Vec<_> = records
        .iter()
        .zip(8..)
        .map(|((key, data), sequence_number)| {
            let key = key.as_ref();
            format!(
                r#"{{"kinesis":{{"partitionKey":"{key}","sequenceNumber":"{sequence_number}","data":"{}",
                "approximateArrivalTimestamp":1545084650.987}},"eventID":"shardId-000000000000:{sequence_number}",
                "eventSourceARN":"arn:aws:kinesis:us-east-1:123456789012:stream/flights"}}"#,
                data.as_ref()
            )
        })
        .collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(","))
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
