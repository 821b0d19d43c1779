//! Telemetry as the `OTEL_*` variables describe it.

use std::path::Path;
use std::sync::Arc;

use opentelemetry::KeyValue;
use opentelemetry_aws::detector::LambdaResourceDetector;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::{ResourceDetector, TelemetryResourceDetector};

use super::export::{Exporting, Exports, Losses, NotExportedError, Signal, Tell};
use super::flushing::Flushing;
#[cfg(feature = "otlp-logs")]
use super::logs::Logs;
use super::meter_provider::LazyMeterProvider;
use super::providers::Telemetry;
use super::settings::{Endpoint, ResourceSettings, Settings, Variables};
use super::tracer_provider::tracer_provider;

/// There can be no telemetry as a program asks for it. No variable of the environment is a reason for that.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TelemetryError {
    /// The URL that [`Telemetry::exporting_to`] was given is not that of a collector.
    #[error("{endpoint:?} is not the URL of a collector: {reason}")]
    Endpoint {
        /// The URL, without a user and a query.
        endpoint: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl Telemetry {
    /// As the environment of this process says. `docs/reference/telemetry.md` lists the variables.
    ///
    /// A variable that is malformed, that asks for what there is not, or that has no effect gets one warning, and counts
    /// for nothing.
    ///
    /// # Errors
    ///
    /// None at present: no variable is a reason to fail, nor is a system without a thread to spare for exports.
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
        Self::from_variables(&Variables::of_process())
    }

    /// To the collector at `endpoint` (a base URL, without `/v1/traces` and `/v1/metrics`), whatever
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` says. The other variables are honoured.
    ///
    /// # Errors
    ///
    /// An `endpoint` that is not the URL of a collector.
    pub fn exporting_to(endpoint: &str, service_name: &str) -> Result<Self, TelemetryError> {
        if let Err(reason) = Endpoint::parse(endpoint) {
            return Err(TelemetryError::Endpoint { endpoint: Endpoint::without_secrets(endpoint), reason });
        }
        let variables = Variables::of_process().with("OTEL_SERVICE_NAME", service_name).with("DD_SERVICE", "");
        let variables = variables.with("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        let variables = variables.with("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "");
        let variables = variables.with("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "");
        Self::from_variables(&variables.with("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", ""))
    }

    pub(super) fn from_variables(variables: &Variables) -> Result<Self, TelemetryError> {
        let (settings, warnings) = Settings::read(variables);
        let tell = Tell::by_warnings();
        warnings.iter().for_each(|warning| tell.line(warning));
        Ok(Self::telling(&settings, &tell))
    }

    /// As the settings say. Lines go to `tell`.
    pub(super) fn telling(settings: &Settings, tell: &Tell) -> Self {
        let off = Self::new(None, settings.propagators.clone()).with_flush_policy(settings.flush_policy);
        if settings.disabled {
            return off;
        }
        let (exports_spans, exports_metrics) = (settings.traces.is_exported(), settings.metrics.is_exported());
        let exports_logs = settings.logs.is_exported();
        let resource = resource(&settings.resource);
        let max_links_per_span = Some(settings.limits.max_links_per_span);
        let sampler = Some(settings.sampler.clone());
        let without_exports = Self { exports_spans: false, sampler, max_links_per_span, ..off };
        let is_exported = exports_spans || exports_metrics || exports_logs;
        let Some(mut exports) = is_exported.then(|| Exports::start(tell)).flatten() else {
            return Self { provider: Some(tracer_provider(settings, resource, None)), ..without_exports };
        };
        let cannot = |what: &str, error: NotExportedError| tell.line(&format!("no {what} are exported: {error}"));
        let lost_metrics = Arc::new(Losses::new(Signal::Metrics, tell.clone()));
        let metrics = exports_metrics.then(|| exports.of_metrics(settings, &lost_metrics)).transpose();
        let metrics = metrics.map_err(|error| cannot("metrics", error)).ok().flatten();
        let lost_spans = Arc::new(Losses::new(Signal::Spans, tell.clone()));
        let exporting = exports_spans.then(|| exports.of_spans(settings, &resource, &lost_spans)).transpose();
        let exporting = exporting.map_err(|error| cannot("spans", error)).ok().flatten();
        #[cfg(feature = "otlp-logs")]
        let logs = {
            let losses = Arc::new(Losses::new(Signal::Logs, tell.clone()));
            let exporting = exports_logs.then(|| exports.of_logs(settings, &resource, &losses)).transpose();
            let exporting = exporting.map_err(|error| cannot("logs", error)).ok().flatten();
            exporting.map(|exporting| Logs::new(exporting, resource.clone(), losses))
        };
        let meter_provider = match metrics {
            Some(exporter) => LazyMeterProvider::of(settings, resource.clone(), exporter),
            None => LazyMeterProvider::off(),
        };
        Self {
            exports_spans: exporting.is_some(),
            backlog: exporting.as_ref().map(Exporting::backlog),
            provider: Some(tracer_provider(settings, resource, exporting)),
            meter_provider: Arc::new(meter_provider),
            lost_spans,
            #[cfg(feature = "otlp-logs")]
            logs,
            spans: Flushing::quiet(),
            metrics: Flushing::quiet(),
            ..without_exports
        }
    }
}

/// What the user says wins over what is detected. The SDK's own builder would read the variables once more.
fn resource(settings: &ResourceSettings) -> Resource {
    let detectors: [Box<dyn ResourceDetector>; 2] =
        [Box::new(TelemetryResourceDetector), Box::new(LambdaResourceDetector)];
    let attributes = settings.attributes.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
    Resource::builder_empty()
        .with_detectors(&detectors)
        .with_attributes(attributes)
        .with_service_name(settings.service_name.clone().unwrap_or_else(unknown_service))
        .build()
}

/// As the specification has it for a service that nobody has named.
fn unknown_service() -> String {
    let program = std::env::current_exe().ok();
    let program = program.as_deref().and_then(Path::file_name).map(|name| format!(":{}", name.to_string_lossy()));
    format!("unknown_service{}", program.unwrap_or_default())
}
