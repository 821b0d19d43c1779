//! Telemetry as the `OTEL_*` variables describe it: providers that export over OTLP/HTTP, and the propagators.
//!
//! The variables are read here, and the SDK and its exporters are told what they say: they ignore some of them, and fall back
//! in silence where others are malformed. One that does not do what it says gets a line on standard error, and none stops a
//! program. `docs/telemetry.md` has a row for each.

mod contained;
mod export;
mod flushing;
mod lazy_instruments;
mod meter_provider;
mod settings;
mod tracer_provider;
mod weight;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::global::BoxedTracer;
use opentelemetry::metrics::{Meter, MeterProvider as _, NoopMeterProvider};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::trace::noop::NoopTracer;
use opentelemetry_aws::detector::LambdaResourceDetector;
use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::resource::{ResourceDetector, TelemetryResourceDetector};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::time::Instant;

use crate::lambda::FlushPolicy;
use crate::propagators::Propagators;
use crate::semantic_conventions::scope;
pub use contained::{contained, stand_in};
pub use export::MAX_QUEUE_BYTES;
use export::{Backlog, Exporting, Exports, Losses, Signal, Tell};
use flushing::{Flushing, Lines};
pub use lazy_instruments::LazyInstruments;
use meter_provider::LazyMeterProvider;
use settings::{Endpoint, ResourceSettings, Settings, Variables};
pub use tracer_provider::MAX_LINKS_PER_SPAN;
use tracer_provider::tracer_provider;

/// Of a program's own providers, which tell nothing but that they fail.
static SPANS: Lines =
    Lines { failing: "spans are being lost, for they cannot be exported", working: "spans are being exported again" };

static METRICS: Lines = Lines { failing: "metrics cannot be exported", working: "metrics are being exported again" };

/// The tracer provider, the meter provider and the propagators of one process. Cloning shares them.
#[derive(Debug, Clone)]
pub struct Telemetry {
    provider: Option<SdkTracerProvider>,
    /// The provider has somebody to tell of spans.
    exports_spans: bool,
    meter_provider: Arc<LazyMeterProvider>,
    propagators: Propagators,
    flush_policy: FlushPolicy,
    /// Where it is known.
    max_links_per_span: Option<u32>,
    /// Of the provider that the environment describes.
    backlog: Option<Backlog>,
    lost_spans: Arc<Losses>,
    spans: Flushing,
    metrics: Flushing,
}

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
    /// As the environment of this process says. `docs/telemetry.md` lists the variables.
    ///
    /// A variable that is malformed, that asks for what there is not, or that has no effect is told of in one line on standard
    /// error, and counts for nothing.
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
        let variables = Variables::of_process().with("OTEL_SERVICE_NAME", service_name);
        let variables = variables.with("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        let variables = variables.with("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "");
        Self::from_variables(&variables.with("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", ""))
    }

    fn from_variables(variables: &Variables) -> Result<Self, TelemetryError> {
        let (settings, warnings) = Settings::read(variables);
        let tell = Tell::on_standard_error();
        warnings.iter().for_each(|warning| tell.line(warning));
        Ok(Self::telling(&settings, &tell))
    }

    /// By other means than standard error.
    fn telling(settings: &Settings, tell: &Tell) -> Self {
        let off = Self::new(None, settings.propagators.clone()).with_flush_policy(settings.flush_policy);
        if settings.disabled {
            return off;
        }
        let (exports_spans, exports_metrics) = (settings.traces.is_exported(), settings.metrics.is_exported());
        let resource = resource(&settings.resource);
        let max_links_per_span = Some(settings.limits.max_links_per_span);
        let without_exports = Self { exports_spans: false, max_links_per_span, ..off };
        let is_exported = exports_spans || exports_metrics;
        let Some(exports) = is_exported.then(|| Exports::start(tell)).flatten() else {
            return Self { provider: Some(tracer_provider(settings, resource, None)), ..without_exports };
        };
        let cannot = |what: &str, error: ExporterBuildError| {
            tell.line(&format!("no {what} are exported, because their exporter cannot be built: {error}"));
        };
        let lost_metrics = Arc::new(Losses::new(Signal::Metrics, tell.clone()));
        let metrics = exports_metrics.then(|| exports.of_metrics(settings, &lost_metrics)).transpose();
        let metrics = metrics.map_err(|error| cannot("metrics", error)).ok().flatten();
        let lost_spans = Arc::new(Losses::new(Signal::Spans, tell.clone()));
        let exporting = exports_spans.then(|| exports.of_spans(settings, &resource, &lost_spans)).transpose();
        let exporting = exporting.map_err(|error| cannot("spans", error)).ok().flatten();
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
            spans: Flushing::quiet(),
            metrics: Flushing::quiet(),
            ..without_exports
        }
    }

    /// For programs that have a provider of their own. Without one, no spans are made; a caller's context is passed
    /// on as it is. Nothing is measured, unless by [`with_meter_provider`](Self::with_meter_provider).
    ///
    /// The provider's own limits hold, and a span links to no more than 128 others by the SDK's default: links to the
    /// further records of a larger request are dropped. `SdkTracerProvider`'s `with_max_links_per_span`, or the variable
    /// `OTEL_SPAN_LINK_COUNT_LIMIT`, says otherwise; [`from_env`](Self::from_env) raises the limit by itself.
    pub fn new(provider: Option<SdkTracerProvider>, propagators: Propagators) -> Self {
        let meter_provider = Arc::new(LazyMeterProvider::off());
        Self {
            provider,
            meter_provider,
            propagators,
            flush_policy: FlushPolicy::default(),
            max_links_per_span: None,
            backlog: None,
            lost_spans: Arc::new(Losses::new(Signal::Spans, Tell::on_standard_error())),
            exports_spans: true,
            spans: Flushing::telling(&SPANS),
            metrics: Flushing::telling(&METRICS),
        }
    }

    /// In the place of what `KINETRACE_FLUSH_INVOCATIONS` and `KINETRACE_FLUSH_SECONDS` say. How many spans wait is not
    /// known of a program's own provider, so that its queue has to have room for those between two flushes.
    #[must_use]
    pub fn with_flush_policy(self, flush_policy: FlushPolicy) -> Self {
        Self { flush_policy, ..self }
    }

    /// Measures with a provider of the program's own, in the place of the one that the environment describes.
    #[must_use]
    pub fn with_meter_provider(self, provider: SdkMeterProvider) -> Self {
        contained(|| self.propagators.observe(&provider.meter_with_scope(scope())));
        Self { meter_provider: Arc::new(provider.into()), metrics: Flushing::telling(&METRICS), ..self }
    }

    /// A tracer for the spans of this crate's scope.
    pub fn tracer(&self) -> BoxedTracer {
        match &self.provider {
            Some(provider) => BoxedTracer::new(Box::new(provider.tracer_with_scope(scope()))),
            None => BoxedTracer::new(Box::new(NoopTracer::new())),
        }
    }

    /// A meter for the metrics of this crate's scope.
    ///
    /// The first call starts the thread that exports metrics every `OTEL_METRIC_EXPORT_INTERVAL` (by default a minute; in
    /// Lambda never, for there [`flush`](Self::flush) does), and it exports as long as a clone of this lives. A program
    /// that never calls it, and neither publishes nor consumes, has no such thread.
    pub fn meter(&self) -> Meter {
        self.meter_if_any().unwrap_or_else(|| NoopMeterProvider::new().meter_with_scope(scope()))
    }

    /// The same, but for one that would not measure.
    fn meter_if_any(&self) -> Option<Meter> {
        self.meter_provider.get().map(|provider| provider.meter_with_scope(scope()))
    }

    /// The tracer provider, unless telemetry is off.
    ///
    /// Its `force_flush` and `shutdown` block the thread until all spans are sent, on any runtime. So does the end of its
    /// last clone, and of the last clone of this: for no longer than the collector takes to answer, and five seconds if it does
    /// not. [`flush`](Self::flush) blocks no thread.
    pub fn provider(&self) -> Option<&SdkTracerProvider> {
        self.provider.as_ref()
    }

    /// The propagators in use.
    pub fn propagators(&self) -> &Propagators {
        &self.propagators
    }

    /// After which invocations of a Lambda function there is a flush.
    pub fn flush_policy(&self) -> FlushPolicy {
        self.flush_policy
    }

    /// How many links a span keeps: [`MAX_LINKS_PER_SPAN`], or what `OTEL_SPAN_LINK_COUNT_LIMIT` says. Not known of a program's
    /// own provider.
    pub fn max_links_per_span(&self) -> Option<u32> {
        self.max_links_per_span
    }

    /// Spans that were lost since the process began, whatever the cause: there was no room for them in what may wait
    /// ([`MAX_QUEUE_BYTES`], or as many as `OTEL_BSP_MAX_QUEUE_SIZE` says), the collector did not take them, or rejected some of
    /// a request, or there was no time at the end of the program. Lines on standard error tell of each cause.
    ///
    /// Those of a program's own provider are not counted, nor those that end after the provider's `shutdown`: the SDK tells
    /// nobody of them.
    pub fn lost_spans(&self) -> u64 {
        self.lost_spans.total()
    }

    /// Neither spans nor metrics can leave, so that there is nothing to flush.
    pub(crate) fn is_off(&self) -> bool {
        let has_spans = self.exports_spans && self.provider.is_some();
        !has_spans && self.meter_provider.is_off()
    }

    /// So many spans have ended since the last flush began, as far as that is known, that an export begins by itself.
    pub(crate) fn has_full_batch(&self) -> bool {
        self.backlog.as_ref().is_some_and(Backlog::has_full_batch)
    }

    /// Sends the spans that have ended and the metrics as they stand, at the same time, and returns when both are sent or
    /// `budget` is spent, whichever comes first.
    ///
    /// Several at once are two at most: one that is under way already, which may have begun too early for somebody, and
    /// one more for all of those. A collector that hangs costs spans, and metrics until it answers again: once somebody has
    /// waited half a second for a flush in vain, others leave that signal out until it is over.
    pub async fn flush(&self, budget: Duration) {
        self.is_flushed(budget).await;
    }

    /// The same, and whether both were sent, as far as they can be: nothing was left out, and the time was enough.
    pub(crate) async fn is_flushed(&self, budget: Duration) -> bool {
        self.flush_unless(Flushing::is_stuck, budget).await
    }

    /// The same, but waits for a flush that others have given up, for there will be no other.
    pub(crate) async fn last_flush(&self, budget: Duration) {
        self.flush_unless(|_| false, budget).await;
        self.lost_spans.tell_rest();
    }

    async fn flush_unless(&self, skip: fn(&Flushing) -> bool, budget: Duration) -> bool {
        let since = Instant::now();
        let spans = async {
            let Some(provider) = self.provider.clone() else { return true };
            let is_skipped = skip(&self.spans);
            if !is_skipped {
                self.spans.run(since, move || provider.force_flush()).await;
            }
            !is_skipped
        };
        let metrics = async {
            let Some(provider) = self.meter_provider.made() else { return true };
            let is_skipped = skip(&self.metrics);
            if !is_skipped {
                self.metrics.run(since, move || provider.force_flush()).await;
            }
            !is_skipped
        };
        let sent = tokio::time::timeout(budget, async { tokio::join!(spans, metrics) }).await;
        sent.is_ok_and(|(spans, metrics)| spans && metrics)
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

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::sync::Mutex;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::task::Poll;

    use opentelemetry::Context;
    use opentelemetry_sdk::error::OTelSdkResult;
    use opentelemetry_sdk::metrics::Temporality;
    use opentelemetry_sdk::metrics::data::ResourceMetrics;
    use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
    use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

    use super::*;
    use crate::lambda::BUDGET;

    const PATIENCE: Duration = Duration::from_secs(60);

    /// Does not flush until it is told to.
    #[derive(Debug)]
    struct Waits(Mutex<Receiver<()>>);

    impl SpanProcessor for Waits {
        fn on_start(&self, _: &mut Span, _: &Context) {}
        fn on_end(&self, _: SpanData) {}
        fn force_flush(&self) -> OTelSdkResult {
            self.0.lock().unwrap().recv_timeout(PATIENCE).unwrap();
            Ok(())
        }
        fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
            Ok(())
        }
    }

    /// Tells when it exports.
    #[derive(Debug)]
    struct Tells(Sender<()>);

    impl PushMetricExporter for Tells {
        async fn export(&self, _: &ResourceMetrics) -> OTelSdkResult {
            let _ = self.0.send(());
            Ok(())
        }
        fn force_flush(&self) -> OTelSdkResult {
            Ok(())
        }
        fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
            Ok(())
        }
        fn temporality(&self) -> Temporality {
            Temporality::Cumulative
        }
    }

    #[tokio::test]
    async fn there_is_nothing_to_flush_where_neither_signal_has_an_exporter() {
        let (traces, metrics) = (("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none"));
        let table: [(&[(&str, &str)], bool); 5] = [
            (&[], false),
            (&[traces], false),
            (&[metrics], false),
            (&[traces, metrics], true),
            (&[("OTEL_SDK_DISABLED", "true")], true),
        ];
        for (variables, is_off) in table {
            let telemetry = Telemetry::from_variables(&variables.iter().copied().collect()).unwrap();
            assert_eq!(telemetry.is_off(), is_off, "{variables:?}");
        }
    }

    #[tokio::test]
    async fn metrics_do_not_wait_for_the_flush_of_spans() {
        let ((release, released), (exports, exported)) = (channel(), channel());
        let spans = SdkTracerProvider::builder().with_span_processor(Waits(Mutex::new(released))).build();
        let metrics = SdkMeterProvider::builder().with_periodic_exporter(Tells(exports)).build();
        let telemetry = Telemetry::new(Some(spans), Propagators::default()).with_meter_provider(metrics);
        telemetry.meter().u64_counter("counter").build().add(1, &[]);
        let releases = tokio::task::spawn_blocking(move || {
            let exported = exported.recv_timeout(PATIENCE);
            release.send(()).unwrap();
            exported
        });
        telemetry.flush(PATIENCE).await;
        releases.await.unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn while_a_flush_is_stuck_the_next_returns_at_once_and_the_last_waits() {
        let (release, released) = channel();
        let spans = SdkTracerProvider::builder().with_span_processor(Waits(Mutex::new(released))).build();
        let telemetry = Telemetry::new(Some(spans), Propagators::default());
        let is_ready_at_once = async |flush: &mut (dyn Future<Output = ()> + Unpin)| {
            std::future::poll_fn(|cx| Poll::Ready(Pin::new(&mut *flush).poll(cx).is_ready())).await
        };
        let mut stuck = Box::pin(telemetry.flush(PATIENCE));
        assert!(!is_ready_at_once(&mut stuck).await);
        tokio::time::advance(BUDGET).await;
        drop(stuck);
        assert!(is_ready_at_once(&mut Box::pin(telemetry.flush(PATIENCE))).await);
        let mut last = Box::pin(telemetry.last_flush(PATIENCE));
        assert!(!is_ready_at_once(&mut last).await);
        (0..2).for_each(|_| release.send(()).unwrap());
        last.await;
    }

    #[test]
    fn no_variable_and_no_runtime_is_needed() {
        for variables in [&[("OTEL_SDK_DISABLED", " True\n"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense")][..], &[]] {
            let telemetry = Telemetry::from_variables(&variables.iter().copied().collect()).unwrap();
            assert_eq!(
                (telemetry.provider().is_none(), telemetry.is_off()),
                (!variables.is_empty(), !variables.is_empty())
            );
        }
    }

    #[test]
    fn a_program_that_names_no_collector_is_told_so_without_secrets() {
        for endpoint in ["nonsense", "http://:4318", "grpc://user:secret@c?key=secret"] {
            let error = Telemetry::exporting_to(endpoint, "service").unwrap_err().to_string();
            assert!(error.contains("is not the URL of a collector: ") && !error.contains("secret"), "{error}");
        }
    }
}
