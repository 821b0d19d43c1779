//! From a span that has ended, or metrics as they stand, to a collector's answer: in the order of the data.
//!
//! Exports have a thread of their own, so that nobody waits for himself at the end of a program, and a collector takes no
//! time of the threads of business code. What is lost anywhere on the way is counted and reported.

mod thread;

mod span_processor;
pub(super) use span_processor::{Exporting, SpanBacklog};

#[cfg(feature = "otlp-logs")]
mod log_processor;
#[cfg(feature = "otlp-logs")]
pub(super) use log_processor::{ExportingLogs, LogBacklog};

mod limits;
pub use limits::MAX_QUEUE_BYTES;

mod backlog;

mod queue;

mod batch_export;

mod metric_export;
pub(super) use metric_export::MetricExport;

mod encoder;

mod protobuf;

mod oversize;

mod split;

mod chosen_headers;

mod json;

mod outgoing;

mod gzip;

mod signing;

mod output;

mod delivery;

mod clients;

mod http_client;

mod tls_config;

mod certificates;

mod route;

mod tunnel;

mod way;

mod answer_limit;

mod answer;

mod no_answer;

mod error;

mod not_exported;
pub(super) use not_exported::NotExportedError;

mod secrets;

mod losses;
pub(super) use losses::{Losses, Signal, Tell};

use std::sync::Arc;
use std::time::Duration;

use http::header::PROXY_AUTHORIZATION;
#[cfg(feature = "otlp-logs")]
use opentelemetry_otlp::LogExporter;
use opentelemetry_otlp::{MetricExporter, Protocol, RetryPolicy, SpanExporter};
use opentelemetry_otlp::{WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
#[cfg(feature = "otlp-logs")]
use opentelemetry_sdk::logs::LogExporter as _;
use opentelemetry_sdk::metrics::Temporality;

use self::backlog::Backlog;
use self::batch_export::BatchExport;
use self::chosen_headers::ChosenHeaders;
use self::clients::Clients;
use self::delivery::{Delivery, Retries};
use self::encoder::{Encoder, Outbox, SpanEncoder};
use self::http_client::Client;
use self::limits::Limits;
use self::outgoing::Outgoing;
use self::output::Output;
use self::thread::ExportThread;
use super::settings::{Headers, Settings, Signal as SignalSettings, Signing};

/// Once more, and soon, because a connection may have died while the process stood still. If it went oftener, every flush
/// would take all of its time as long as nobody listens.
const SPANS: Retries = Retries { times: 1, pause: Duration::from_millis(10) };
/// A flush waits so much longer than an export may take, or it would end just before that is reported.
const GRACE: Duration = Duration::from_secs(1);
/// The next export says all that this one could not. So nobody has to wait for a collector that takes no metrics.
const CUMULATIVE: Retries = Retries { times: 0, pause: Duration::ZERO };
/// What it could not say is lost.
const DELTA: Retries = Retries { times: 3, pause: Duration::from_millis(100) };

/// The ways to collectors, which spans and metrics share where they are the same.
#[derive(Debug)]
pub(super) struct Exports {
    clients: Clients,
    thread: Arc<ExportThread>,
    tell: Tell,
}

impl Exports {
    /// A program for which the system has no further thread goes on without, and is told so.
    pub(super) fn start(tell: &Tell) -> Option<Self> {
        match ExportThread::start() {
            Ok(thread) => Some(Self { clients: Clients::default(), thread: Arc::new(thread), tell: tell.clone() }),
            Err(error) => {
                tell.line(&format!(
                    "neither spans nor metrics are exported, because there is no thread for it: {error}"
                ));
                None
            }
        }
    }

    /// What exports spans to where the variables say.
    pub(super) fn of_spans(
        &mut self,
        settings: &Settings,
        resource: &Resource,
        losses: &Arc<Losses>,
    ) -> Result<Exporting, NotExportedError> {
        let (outbox, timeout) = (Outbox::default(), settings.traces.timeout);
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(ChosenHeaders::new(outbox.clone(), headers(&settings.traces)))
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(timeout)
            .with_endpoint(&settings.traces.endpoint)
            .with_retry_policy(RetryPolicy::disabled())
            .build()?;
        let signal = &settings.traces;
        let outgoing = Outgoing::of(Signal::Spans, signal);
        let client = self.client("spans", signal)?;
        let delivery = client.map(|client| Delivery::new(client, outgoing, timeout, SPANS));
        let encoder = SpanEncoder::new(exporter, outbox, resource);
        let output = Output::of(Signal::Spans, signal.exporters);
        let max_span_bytes = signal.signing.as_ref().and_then(Signing::max_span_bytes);
        let export = BatchExport::new(encoder, output, delivery, Arc::clone(losses), max_span_bytes);
        let backlog = Backlog::start(export, Limits::of(settings), settings.schedule_delay, &self.thread);
        Ok(Exporting::new(backlog, timeout + GRACE, &self.thread))
    }

    /// What exports log records.
    #[cfg(feature = "otlp-logs")]
    pub(super) fn of_logs(
        &mut self,
        settings: &Settings,
        resource: &Resource,
        losses: &Arc<Losses>,
    ) -> Result<ExportingLogs, NotExportedError> {
        let (outbox, signal, batch) = (Outbox::default(), &settings.logs, &settings.log_batch);
        let mut exporter = LogExporter::builder()
            .with_http()
            .with_http_client(ChosenHeaders::new(outbox.clone(), headers(signal)))
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(signal.timeout)
            .with_endpoint(&signal.endpoint)
            .with_retry_policy(RetryPolicy::disabled())
            .build()?;
        exporter.set_resource(resource);
        let outgoing = Outgoing::of(Signal::Logs, signal);
        let client = self.client("logs", signal)?;
        let delivery = client.map(|client| Delivery::new(client, outgoing, signal.timeout, SPANS));
        let (encoder, output) = (Encoder::new(exporter, outbox), Output::of(Signal::Logs, signal.exporters));
        let export = BatchExport::new(encoder, output, delivery, Arc::clone(losses), None);
        let backlog = Backlog::start(export, Limits::of_logs(batch), batch.delay, &self.thread);
        Ok(ExportingLogs::new(backlog, signal.timeout + GRACE, &self.thread))
    }

    /// What exports metrics.
    pub(super) fn of_metrics(
        &mut self,
        settings: &Settings,
        losses: &Arc<Losses>,
    ) -> Result<MetricExport, NotExportedError> {
        let (outbox, timeout, temporality) = (Outbox::default(), settings.metrics.timeout, settings.temporality);
        let exporter = MetricExporter::builder()
            .with_temporality(temporality)
            .with_http()
            .with_http_client(ChosenHeaders::new(outbox.clone(), headers(&settings.metrics)))
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(timeout)
            .with_endpoint(&settings.metrics.endpoint)
            .with_retry_policy(RetryPolicy::disabled())
            .build()?;
        let retries = if temporality == Temporality::Cumulative { CUMULATIVE } else { DELTA };
        let (encoder, signal) = (Encoder::new(exporter, outbox), &settings.metrics);
        let outgoing = Outgoing::of(Signal::Metrics, signal);
        let client = self.client("metrics", signal)?;
        let delivery = client.map(|client| Delivery::new(client, outgoing, timeout, retries));
        let output = Output::of(Signal::Metrics, signal.exporters);
        Ok(MetricExport::new(encoder, temporality, output, delivery, Arc::clone(losses), &self.thread))
    }

    /// If they are to be sent. Where they cannot be, standard output still gets them.
    fn client(&mut self, what: &str, signal: &SignalSettings) -> Result<Option<Client>, NotExportedError> {
        if !signal.exporters.otlp {
            return Ok(None);
        }
        match self.clients.client(signal, &self.tell) {
            Err(error) if signal.exporters.is_on_standard_output() => {
                self.tell.line(&format!("no {what} are sent to a collector: {error}"));
                Ok(None)
            }
            client => Ok(Some(client?)),
        }
    }
}

/// Those of the settings. What a proxy forwards has its user's, too; a tunnel is asked for with them, and hides them from the
/// collector.
fn headers(signal: &SignalSettings) -> Headers {
    let is_forwarded = signal.endpoint.starts_with("http://");
    let proxy = signal.proxy.as_ref().filter(|_| is_forwarded);
    let authorization = proxy.and_then(|proxy| Some((PROXY_AUTHORIZATION, proxy.authorization.clone()?)));
    signal.headers.iter().cloned().chain(authorization).collect()
}

#[cfg(test)]
mod tests;
