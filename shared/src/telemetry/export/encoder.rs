//! What the SDK's exporters would send. They know the variables and the protocol, but tell too little about the fate of a
//! request, and sleep on their thread before they send it again. So they encode, and what they want to have sent is taken from
//! them. Of spans that is the head of a request only, because there are many.

use std::fmt::Debug;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(feature = "otlp-logs")]
use opentelemetry::InstrumentationScope;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
#[cfg(feature = "otlp-logs")]
use opentelemetry_otlp::LogExporter;
use opentelemetry_otlp::{MetricExporter, SpanExporter};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
#[cfg(feature = "otlp-logs")]
use opentelemetry_sdk::logs::{LogBatch, LogExporter as _, SdkLogRecord};
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter as _;
use opentelemetry_sdk::trace::{SpanData, SpanExporter as _};
use tokio::sync::{Mutex as AsyncMutex, OnceCell};

use super::error::ExportError;
use super::output::console;
use super::protobuf::SpanRequests;

/// The HTTP client of an exporter: keeps the request, and calls it a success.
#[derive(Debug, Clone, Default)]
pub(super) struct Outbox(Arc<Mutex<Option<Request<Bytes>>>>);

#[async_trait::async_trait]
impl HttpClient for Outbox {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        Ok(Response::new(Bytes::new()))
    }
}

impl Outbox {
    fn take(&self, result: OTelSdkResult) -> Result<Request<Bytes>, ExportError> {
        let request = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (request, result) {
            (Some(request), Ok(())) => Ok(request),
            (_, Err(error)) => Err(ExportError::Encoding(error.to_string())),
            (None, Ok(())) => Err(ExportError::Encoding("the exporter sends nothing".to_owned())),
        }
    }
}

/// One batch at a time, because there is one place for its request.
#[derive(Debug)]
pub(super) struct Encoder<E> {
    exporter: AsyncMutex<E>,
    outbox: Outbox,
}

impl<E: Debug> Encoder<E> {
    /// `outbox` is the client of `exporter`.
    pub(super) fn new(exporter: E, outbox: Outbox) -> Self {
        Self { exporter: AsyncMutex::new(exporter), outbox }
    }
}

/// What is exported in batches: spans, or log records.
pub(super) trait Encode: Debug + Send + Sync + 'static {
    type Item: Send + Sync + 'static;

    fn request(&self, items: Vec<Box<Self::Item>>) -> impl Future<Output = Result<Request<Bytes>, ExportError>> + Send;

    /// For people.
    fn text(item: &Self::Item) -> String;
}

/// Of spans, several batches at a time.
#[derive(Debug)]
pub(super) struct SpanEncoder {
    exporter: SpanExporter,
    outbox: Outbox,
    /// A request without spans, once it is known.
    head: OnceCell<Request<Bytes>>,
    requests: SpanRequests,
}

impl SpanEncoder {
    /// `outbox` is the client of `exporter`.
    pub(super) fn new(exporter: SpanExporter, outbox: Outbox, resource: &Resource) -> Self {
        Self { exporter, outbox, head: OnceCell::new(), requests: SpanRequests::of(resource) }
    }
}

impl Encode for SpanEncoder {
    type Item = SpanData;

    async fn request(&self, spans: Vec<Box<SpanData>>) -> Result<Request<Bytes>, ExportError> {
        let head = || async { self.outbox.take(self.exporter.export(Vec::new()).await) };
        let mut request = self.head.get_or_try_init(head).await?.clone();
        *request.body_mut() = self.requests.body(&spans);
        Ok(request)
    }

    fn text(span: &SpanData) -> String {
        console::span(span)
    }
}

/// With the scope that it was logged in.
#[cfg(feature = "otlp-logs")]
pub(super) type LogRecord = (SdkLogRecord, InstrumentationScope);

#[cfg(feature = "otlp-logs")]
impl Encode for Encoder<LogExporter> {
    type Item = LogRecord;

    async fn request(&self, records: Vec<Box<LogRecord>>) -> Result<Request<Bytes>, ExportError> {
        let records: Vec<_> = records.iter().map(|record| (&record.0, &record.1)).collect();
        let exporter = self.exporter.lock().await;
        self.outbox.take(exporter.export(LogBatch::new(&records)).await)
    }

    fn text((record, _): &LogRecord) -> String {
        console::log_record(record)
    }
}

impl Encoder<MetricExporter> {
    pub(super) async fn request(&self, metrics: &ResourceMetrics) -> Result<Request<Bytes>, ExportError> {
        let exporter = self.exporter.lock().await;
        self.outbox.take(exporter.export(metrics).await)
    }
}
