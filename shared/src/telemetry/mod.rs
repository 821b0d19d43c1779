//! Telemetry as the `OTEL_*` variables describe it: providers that export over OTLP/HTTP, and the propagators.
//!
//! The SDK and its exporters read many of the variables themselves. It ignores `OTEL_SDK_DISABLED`,
//! `OTEL_TRACES_EXPORTER`, `OTEL_METRICS_EXPORTER` and `OTEL_PROPAGATORS`, and falls back silently where others are
//! malformed; both is made up for here.

mod contained;
mod export;
mod flushing;
mod lazy_instruments;
mod meter_provider;
mod settings;
mod tracer_provider;
mod weight;

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::global::BoxedTracer;
use opentelemetry::metrics::{Meter, MeterProvider as _, NoopMeterProvider};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::trace::noop::NoopTracer;
use opentelemetry_aws::detector::LambdaResourceDetector;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::time::Instant;

use crate::lambda::FlushPolicy;
use crate::propagators::{Propagators, UnknownPropagator};
use crate::semantic_conventions::scope;
pub use contained::{contained, stand_in};
pub use export::MAX_QUEUE_BYTES;
use export::{Backlog, Exporting, Exports, Losses, Signal, Tell};
use flushing::{Flushing, Lines};
pub use lazy_instruments::LazyInstruments;
use meter_provider::LazyMeterProvider;
use settings::{Exporter, Settings};
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
    /// Of the provider that the environment describes.
    backlog: Option<Backlog>,
    lost_spans: Arc<Losses>,
    spans: Flushing,
    metrics: Flushing,
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
}

impl Telemetry {
    /// As the environment of this process says.
    ///
    /// # Errors
    ///
    /// A variable that is malformed, by its name and value.
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

    /// To the collector at `endpoint` (a base URL, without `/v1/traces` and `/v1/metrics`), whatever
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` says. The other variables are honoured.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn exporting_to(endpoint: &str, service_name: &str) -> Result<Self, TelemetryError> {
        let mut settings = Settings::read(|name| std::env::var(name).ok())?;
        let base = endpoint.trim_end_matches('/');
        settings.traces.endpoint = Some(format!("{base}/v1/traces"));
        settings.metrics.endpoint = Some(format!("{base}/v1/metrics"));
        settings.service_name = Some(service_name.to_owned());
        Self::from_settings(&settings)
    }

    fn from_settings(settings: &Settings) -> Result<Self, TelemetryError> {
        Self::telling(settings, &Tell::on_standard_error())
    }

    /// By other means than standard error.
    fn telling(settings: &Settings, tell: &Tell) -> Result<Self, TelemetryError> {
        let off = Self::new(None, settings.propagators.clone()).with_flush_policy(settings.flush_policy);
        if settings.disabled {
            return Ok(off);
        }
        let (exports_spans, resource) = (settings.traces.exporter != Exporter::None, resource(settings));
        let is_exported = exports_spans || settings.metrics.exporter != Exporter::None;
        let Some(exports) = is_exported.then(|| Exports::start(tell)).flatten() else {
            return Ok(Self { provider: Some(tracer_provider(settings, resource, None)), exports_spans: false, ..off });
        };
        let meter_provider = match settings.metrics.exporter {
            Exporter::None => LazyMeterProvider::off(),
            Exporter::Otlp => {
                let exporter = exports.of_metrics(settings, &Arc::new(Losses::new(Signal::Metrics, tell.clone())))?;
                LazyMeterProvider::of(settings, resource.clone(), exporter)
            }
        };
        let lost_spans = Arc::new(Losses::new(Signal::Spans, tell.clone()));
        let exporting = exports_spans.then(|| exports.of_spans(settings, &resource, &lost_spans)).transpose()?;
        Ok(Self {
            backlog: exporting.as_ref().map(Exporting::backlog),
            provider: Some(tracer_provider(settings, resource, exporting)),
            exports_spans,
            meter_provider: Arc::new(meter_provider),
            lost_spans,
            spans: Flushing::quiet(),
            metrics: Flushing::quiet(),
            ..off
        })
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

fn resource(settings: &Settings) -> Resource {
    let resource = Resource::builder().with_detector(Box::new(LambdaResourceDetector));
    match &settings.service_name {
        Some(name) => resource.with_service_name(name.clone()).build(),
        None => resource.build(),
    }
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
            let find = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            let telemetry = Telemetry::from_settings(&Settings::read(find).unwrap()).unwrap();
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
}
