//! Telemetry as the `OTEL_*` variables describe it: a provider that exports over OTLP/HTTP, and the propagators.
//!
//! The SDK and its exporter read most of the variables themselves. It ignores `OTEL_SDK_DISABLED`,
//! `OTEL_TRACES_EXPORTER` and `OTEL_PROPAGATORS`, and falls back silently where others are malformed; both is made up
//! for here.

mod contained;
mod http_client;
mod settings;

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::trace::noop::NoopTracer;
use opentelemetry_aws::detector::LambdaResourceDetector;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, SpanLimits};
use tokio::sync::Semaphore;

use crate::propagators::{Propagators, UnknownPropagator};
use crate::semantic_conventions::SCOPE;
pub use contained::{contained, stand_in};
use settings::{Exporter, Settings};

/// A span may link to every record of the largest batch Lambda sends. The SDK's own limit, 128, would drop the others
/// without a word.
const MAX_LINKS_PER_SPAN: u32 = 10_000;

/// Spans between two flushes: as many as a large invocation makes. The SDK's own limit, 2048, would drop the others
/// without a word.
const MAX_QUEUE_SIZE: usize = 32 * 1024;

/// The tracer provider and the propagators of one process. Cloning shares them.
#[derive(Debug, Clone)]
pub struct Telemetry {
    provider: Option<SdkTracerProvider>,
    propagators: Propagators,
    /// One flush at a time: while the collector hangs, threads must not pile up.
    flushing: Arc<Semaphore>,
    /// Whether the last flush failed: one line says when that begins, and one when it ends.
    failing: Arc<AtomicBool>,
}

/// The environment describes telemetry that cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TelemetryError {
    /// A variable has a value that means nothing.
    #[error("{name}={value:?} is not understood: {hint}")]
    Variable {
        /// The variable.
        name: String,
        /// What it says.
        value: String,
        /// What it could say.
        hint: &'static str,
    },
    /// `OTEL_PROPAGATORS` names an unknown propagator.
    #[error(transparent)]
    Propagator(#[from] UnknownPropagator),
    /// The exporter cannot be built from the `OTEL_EXPORTER_OTLP_*` variables.
    #[error("the OTLP exporter cannot be set up from the OTEL_EXPORTER_OTLP_* variables")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// Spans are exported on a Tokio runtime, and there is none here.
    #[error("telemetry needs a Tokio runtime; call this from inside one, such as below #[tokio::main]")]
    Runtime(#[from] tokio::runtime::TryCurrentError),
}

impl Telemetry {
    /// As the environment of this process says.
    ///
    /// # Errors
    ///
    /// A variable that is malformed, by its name and value; or no Tokio runtime to export on.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), kinetrace::TelemetryError> {
    /// use opentelemetry::trace::{Span, Tracer};
    ///
    /// let telemetry = kinetrace::Telemetry::from_env()?;
    /// telemetry.tracer().start("work").end();
    /// telemetry.flush(std::time::Duration::from_secs(1)).await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_env() -> Result<Self, TelemetryError> {
        Self::from_settings(&Settings::read(|name| std::env::var(name).ok())?)
    }

    /// To the collector at `endpoint` (a base URL, without `/v1/traces`), whatever `OTEL_EXPORTER_OTLP_ENDPOINT` says.
    /// The other variables are honoured.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn exporting_to(endpoint: &str, service_name: &str) -> Result<Self, TelemetryError> {
        let settings = Settings::read(|name| std::env::var(name).ok())?;
        let traces = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
        Self::from_settings(&Settings {
            endpoint: Some(traces),
            service_name: Some(service_name.to_owned()),
            ..settings
        })
    }

    fn from_settings(settings: &Settings) -> Result<Self, TelemetryError> {
        let provider = if settings.disabled { None } else { Some(provider(settings)?) };
        Ok(Self::new(provider, settings.propagators.clone()))
    }

    /// For programs that have a provider of their own. Without one, no spans are made; a caller's context is passed
    /// on as it is.
    ///
    /// The provider's own limits hold, and a span links to no more than 128 others by the SDK's default: links to the
    /// further records of a larger request are dropped. `SdkTracerProvider`'s `with_max_links_per_span`, or the variable
    /// `OTEL_SPAN_LINK_COUNT_LIMIT`, says otherwise; [`from_env`](Self::from_env) raises the limit by itself.
    pub fn new(provider: Option<SdkTracerProvider>, propagators: Propagators) -> Self {
        Self { provider, propagators, flushing: Arc::new(Semaphore::new(1)), failing: Arc::default() }
    }

    /// A tracer for the spans of this crate's scope.
    pub fn tracer(&self) -> BoxedTracer {
        match &self.provider {
            Some(provider) => BoxedTracer::new(Box::new(provider.tracer(SCOPE))),
            None => BoxedTracer::new(Box::new(NoopTracer::new())),
        }
    }

    /// The provider, unless telemetry is off.
    pub fn provider(&self) -> Option<&SdkTracerProvider> {
        self.provider.as_ref()
    }

    /// The propagators in use.
    pub fn propagators(&self) -> &Propagators {
        &self.propagators
    }

    /// Sends what has ended so far, and returns when it is sent or `budget` is spent, whichever comes first.
    ///
    /// A collector that hangs costs spans: while one flush is still under way, the next returns at once.
    pub async fn flush(&self, budget: Duration) {
        let Some(provider) = self.provider.clone() else { return };
        let Ok(permit) = Arc::clone(&self.flushing).try_acquire_owned() else { return };
        // The SDK's flush blocks its thread, so a timeout around the bare call would never fire.
        let failing = Arc::clone(&self.failing);
        let flush = tokio::task::spawn_blocking(move || {
            report(provider.force_flush().err().map(|error| error.to_string()), &failing);
            drop(permit);
        });
        let _ = tokio::time::timeout(budget, flush).await;
    }
}

/// Says on standard error, which Lambda sends to CloudWatch, that spans are being lost. The SDK itself says nothing.
fn report(error: Option<String>, failing: &AtomicBool) {
    let was_failing = failing.swap(error.is_some(), Ordering::Relaxed);
    let line = match error {
        Some(error) if !was_failing => format!("spans are being lost, for they cannot be exported: {error}"),
        None if was_failing => "spans are being exported again".to_owned(),
        _ => return,
    };
    // A log that cannot be written must not fail anything.
    let _ = writeln!(std::io::stderr(), "kinetrace: {line}");
}

fn provider(settings: &Settings) -> Result<SdkTracerProvider, TelemetryError> {
    let mut limits = SpanLimits::default();
    if !settings.link_limit_is_set {
        limits.max_links_per_span = MAX_LINKS_PER_SPAN;
    }
    let mut resource = Resource::builder().with_detector(Box::new(LambdaResourceDetector));
    if let Some(name) = &settings.service_name {
        resource = resource.with_service_name(name.clone());
    }
    let builder = SdkTracerProvider::builder().with_resource(resource.build()).with_span_limits(limits);
    Ok(match settings.exporter {
        // Spans are still made, and their contexts travel: only nobody is told of them.
        Exporter::None => builder.build(),
        Exporter::Otlp => builder.with_span_processor(processor(settings)?).build(),
    })
}

fn processor(settings: &Settings) -> Result<BatchSpanProcessor, TelemetryError> {
    let mut exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(http_client::OnRuntime::new(settings.timeout)?)
        .with_protocol(Protocol::HttpBinary)
        .with_timeout(settings.timeout);
    if let Some(endpoint) = &settings.endpoint {
        exporter = exporter.with_endpoint(endpoint);
    }
    let mut batches = BatchConfigBuilder::default();
    if !settings.queue_size_is_set {
        batches = batches.with_max_queue_size(MAX_QUEUE_SIZE);
    }
    Ok(BatchSpanProcessor::builder(exporter.build()?).with_batch_config(batches.build()).build())
}
