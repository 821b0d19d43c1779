//! What the SDK's exporters would send. They know the variables and the protocol, but tell too little about the fate of a
//! request, and sleep on their thread before they send it again. So they encode, and what they want to have sent is taken from
//! them.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{MetricExporter, SpanExporter};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter as _;
use opentelemetry_sdk::trace::{SpanData, SpanExporter as _};
use tokio::sync::Mutex as AsyncMutex;

use super::error::ExportError;

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

impl Encoder<SpanExporter> {
    pub(super) async fn request(&self, spans: Vec<SpanData>) -> Result<Request<Bytes>, ExportError> {
        let exporter = self.exporter.lock().await;
        self.outbox.take(exporter.export(spans).await)
    }
}

impl Encoder<MetricExporter> {
    pub(super) async fn request(&self, metrics: &ResourceMetrics) -> Result<Request<Bytes>, ExportError> {
        let exporter = self.exporter.lock().await;
        self.outbox.take(exporter.export(metrics).await)
    }
}
