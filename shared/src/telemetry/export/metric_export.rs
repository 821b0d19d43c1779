//! An export of metrics: encoded, sent or written by the thread that exports, and reported if it fails.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_http::{Bytes, Request};
use opentelemetry_otlp::MetricExporter;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;

use super::delivery::Delivery;
use super::encoder::Encoder;
use super::losses::Losses;
use super::output::Output;
use super::thread::ExportThread;

#[derive(Debug)]
pub(in crate::telemetry) struct MetricExport {
    encoder: Encoder<MetricExporter>,
    temporality: Temporality,
    output: Output,
    /// If there is a collector.
    delivery: Option<Delivery>,
    losses: Arc<Losses>,
    thread: Arc<ExportThread>,
}

impl MetricExport {
    pub(super) fn new(
        encoder: Encoder<MetricExporter>,
        temporality: Temporality,
        output: Output,
        delivery: Option<Delivery>,
        losses: Arc<Losses>,
        thread: &Arc<ExportThread>,
    ) -> Self {
        Self { encoder, temporality, output, delivery, losses, thread: Arc::clone(thread) }
    }

    async fn print(&self, metrics: &ResourceMetrics) {
        let Some(text) = self.output.text_of(metrics) else { return };
        let (output, losses) = (self.output, Arc::clone(&self.losses));
        let _ = self.thread.spawn(async move { output.print_metrics(text, &losses) }).await;
    }

    async fn send(&self, request: Request<Bytes>) -> OTelSdkResult {
        let (output, delivery, losses) = (self.output, self.delivery.clone(), Arc::clone(&self.losses));
        let sending = self.thread.spawn(async move {
            output.write_lines(&request, 1, &losses);
            let Some(delivery) = delivery else { return true };
            let sent = delivery.send(&request, delivery.deadline()).await;
            match &sent {
                Ok(accepted) => losses.accepted(&request, accepted),
                Err(error) => losses.failed(&request, 1, error),
            }
            sent.is_ok()
        });
        match sending.await {
            Ok(true) => Ok(()),
            _ => Err(OTelSdkError::InternalFailure("a warning of kinetrace says why".to_owned())),
        }
    }
}

impl PushMetricExporter for MetricExport {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.print(metrics).await;
        if self.delivery.is_none() && !self.output.takes_requests() {
            return Ok(());
        }
        match self.encoder.request(metrics).await {
            Ok(request) => self.send(request).await,
            Err(error) => {
                self.losses.failed(&Request::default(), 1, &error);
                Err(OTelSdkError::InternalFailure("a warning of kinetrace says why".to_owned()))
            }
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        self.losses.tell_rest();
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        self.temporality
    }
}
