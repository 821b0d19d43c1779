//! From a span that has ended, or metrics as they stand, to a collector's answer: in the order of the data.
//!
//! Exports have a thread of their own, so that nobody waits for himself at the end of a program, and a collector takes no
//! time of the threads of business code. What is lost anywhere on the way is counted and reported.

mod thread;

mod span_processor;
pub(super) use span_processor::Exporting;

mod limits;
pub use limits::MAX_QUEUE_BYTES;

mod backlog;
pub(super) use backlog::Backlog;

mod queue;

mod span_export;

mod metric_export;
pub(super) use metric_export::MetricExport;

mod encoder;

mod split;

mod chosen_headers;

mod delivery;

mod http_client;

mod answer_limit;

mod answer;

mod no_answer;

mod error;

mod secrets;

mod losses;
pub(super) use losses::{Losses, Signal, Tell};

use std::io;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_otlp::{ExporterBuildError, MetricExporter, Protocol, RetryPolicy, SpanExporter};
use opentelemetry_otlp::{WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::trace::SpanExporter as _;

use self::chosen_headers::ChosenHeaders;
use self::delivery::{Delivery, Retries};
use self::encoder::{Encoder, Outbox};
use self::http_client::Client;
use self::limits::Limits;
use self::span_export::SpanExport;
use self::thread::ExportThread;
use super::settings::Settings;

/// Once more, and soon, because a connection may have died while the process stood still. If it went oftener, every flush
/// would take all of its time as long as nobody listens.
const SPANS: Retries = Retries { times: 1, pause: Duration::from_millis(10) };
/// A flush waits so much longer than an export may take, or it would end just before that is reported.
const GRACE: Duration = Duration::from_secs(1);
/// The next export says all that this one could not. So nobody has to wait for a collector that takes no metrics.
const CUMULATIVE: Retries = Retries { times: 0, pause: Duration::ZERO };
/// What it could not say is lost.
const DELTA: Retries = Retries { times: 3, pause: Duration::from_millis(100) };

/// The way to the collector that spans and metrics share.
#[derive(Debug)]
pub(super) struct Exports {
    client: Client,
    thread: Arc<ExportThread>,
}

impl Exports {
    /// A program for which the system has no further thread goes on without, and is told so.
    pub(super) fn start(tell: &Tell) -> Option<Self> {
        let no_thread = |error: io::Error| format!("there is no thread for it: {error}");
        let no_tls = |error: rustls::Error| format!("there is no TLS for it: {error}");
        let thread = ExportThread::start().map_err(no_thread);
        match thread.and_then(|thread| Ok((Client::new().map_err(no_tls)?, thread))) {
            Ok((client, thread)) => Some(Self { client, thread: Arc::new(thread) }),
            Err(reason) => {
                tell.line(&format!("neither spans nor metrics are exported, because {reason}"));
                None
            }
        }
    }

    /// What exports spans to where the variables say.
    pub(super) fn of_spans(
        &self,
        settings: &Settings,
        resource: &Resource,
        losses: &Arc<Losses>,
    ) -> Result<Exporting, ExporterBuildError> {
        let (outbox, timeout) = (Outbox::default(), settings.traces.timeout);
        let mut exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(ChosenHeaders::new(outbox.clone(), &settings.traces.headers))
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(timeout)
            .with_endpoint(&settings.traces.endpoint)
            .with_retry_policy(RetryPolicy::disabled())
            .build()?;
        exporter.set_resource(resource);
        let delivery = Delivery::new(&self.client, timeout, SPANS);
        let export = SpanExport::new(Encoder::new(exporter, outbox), delivery, Arc::clone(losses));
        let backlog = Backlog::start(export, Limits::of(settings), settings.schedule_delay, &self.thread);
        Ok(Exporting::new(backlog, timeout + GRACE, &self.thread))
    }

    /// What exports metrics.
    pub(super) fn of_metrics(
        &self,
        settings: &Settings,
        losses: &Arc<Losses>,
    ) -> Result<MetricExport, ExporterBuildError> {
        let (outbox, timeout, temporality) = (Outbox::default(), settings.metrics.timeout, settings.temporality);
        let exporter = MetricExporter::builder()
            .with_temporality(temporality)
            .with_http()
            .with_http_client(ChosenHeaders::new(outbox.clone(), &settings.metrics.headers))
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(timeout)
            .with_endpoint(&settings.metrics.endpoint)
            .with_retry_policy(RetryPolicy::disabled())
            .build()?;
        let retries = if temporality == Temporality::Cumulative { CUMULATIVE } else { DELTA };
        let (encoder, delivery) = (Encoder::new(exporter, outbox), Delivery::new(&self.client, timeout, retries));
        Ok(MetricExport::new(encoder, temporality, delivery, Arc::clone(losses), &self.thread))
    }
}

#[cfg(test)]
mod tests;
