//! A stream, clients of it with and without the interceptor, and the spans that were made.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::Builder;
use aws_sdk_kinesis::config::retry::RetryConfig;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use kinetrace::{Carrier, Injection, Telemetry};
use kinetrace_producer::InjectionCounts;
use kinetrace_producer::Propagation;
use kinetrace_testbed::kinesis::{Kinesis, create_stream};
use kinetrace_testing::Recorder;
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt as _, Tracer as _};
use opentelemetry_sdk::trace::SpanData;

use crate::wire::{Step, Wire};

pub(crate) const STREAM: &str = "flights";

pub(crate) struct World {
    kinesis: Kinesis,
    pub(crate) wire: Arc<Wire>,
    recorder: Recorder,
    pub(crate) telemetry: Telemetry,
}

impl World {
    pub(crate) async fn start(script: impl IntoIterator<Item = Step>) -> Self {
        let wire = Wire::new(script);
        let kinesis = Kinesis::start_behind(|service| wire.wrap(service)).await.unwrap();
        create_stream(&kinesis.client(), STREAM, 2).await.unwrap();
        let recorder = Recorder::new();
        Self { kinesis, wire, telemetry: recorder.telemetry(), recorder }
    }

    /// An interceptor whose spans the world sees.
    pub(crate) fn propagation(&self, carrier: Carrier) -> Propagation {
        Propagation::new(carrier).telemetry(&self.telemetry)
    }

    /// A client without the interceptor, to build others on. It retries without waiting.
    pub(crate) fn config(&self) -> Builder {
        let at_once = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
        self.kinesis.client().config().to_builder().retry_config(at_once)
    }

    pub(crate) fn plain(&self) -> Client {
        Client::from_conf(self.config().build())
    }

    pub(crate) fn client(&self, propagation: Propagation) -> Client {
        Client::from_conf(self.config().interceptor(propagation).build())
    }

    /// A span of the caller's, current in the context.
    pub(crate) fn caller(&self, name: &'static str) -> Context {
        Context::new().with_span(self.telemetry.tracer().start(name))
    }

    /// All spans that have ended, in the order in which they did.
    pub(crate) fn spans(&self) -> Vec<SpanData> {
        self.recorder.spans()
    }

    /// Those of this name, in the order in which they were made.
    pub(crate) fn spans_named(&self, name: &str) -> Vec<SpanData> {
        let mut spans: Vec<_> = self.spans().into_iter().filter(|span| span.name == name).collect();
        spans.sort_by_key(|span| span.start_time);
        spans
    }
}

pub(crate) fn entry(key: &str, data: impl Into<Vec<u8>>) -> PutRecordsRequestEntry {
    PutRecordsRequestEntry::builder().partition_key(key).data(Blob::new(data)).build().unwrap()
}

/// What was counted, without what was not.
pub(crate) fn counted(counts: &InjectionCounts) -> Vec<(Injection, u64)> {
    let all = [
        Injection::Injected,
        Injection::NoContext,
        Injection::AlreadyPresent,
        Injection::TooLarge,
        Injection::Unsupported,
    ];
    all.map(|injection| (injection, counts.of(injection))).into_iter().filter(|(_, count)| *count > 0).collect()
}

pub(crate) fn attribute(span: &SpanData, name: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == name);
    found.map(|attribute| attribute.value.to_string()).unwrap_or_default()
}

/// The `traceparent` that names this span.
pub(crate) fn traceparent(span: &SpanContext) -> String {
    format!("00-{}-{}-{:02x}", span.trace_id(), span.span_id(), span.trace_flags())
}
