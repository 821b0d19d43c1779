//! Telemetry that is kept in memory.

use std::fmt;

use kinetrace::{Propagators, Telemetry};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData, TracerProviderBuilder};

use crate::series::{Series, of_metric};
use crate::spans::span;

/// Spans and metrics that are kept in memory instead of exported.
///
/// An [`Invoker`](crate::Invoker) has one of its own for each invocation. A test that makes spans itself, or that tests more than
/// an invocation, such as a publisher, creates one. Cloning shares it.
///
/// ```
/// use kinetrace_testing::Recorder;
/// use opentelemetry::trace::Tracer as _;
///
/// let recorder = Recorder::new();
/// let telemetry = recorder.telemetry();
/// telemetry.tracer().in_span("look up", |_| ());
/// telemetry.meter().u64_counter("look.ups").build().add(2, &[]);
/// assert_eq!(recorder.span("look up").events.len(), 0);
/// assert_eq!(recorder.metric("look.ups")[0].sum, 2.0);
/// ```
#[derive(Clone)]
pub struct Recorder {
    spans: InMemorySpanExporter,
    metrics: InMemoryMetricExporter,
    tracer_provider: SdkTracerProvider,
    meter_provider: SdkMeterProvider,
}

impl Default for Recorder {
    fn default() -> Self {
        Self::with_tracing(|provider| provider)
    }
}

impl Recorder {
    /// With nothing in it. All spans are sampled, unless a context that they continue says otherwise.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a tracer provider that has more to it, such as a sampler, limits, or a span processor.
    pub fn with_tracing(change: impl FnOnce(TracerProviderBuilder) -> TracerProviderBuilder) -> Self {
        let (spans, metrics) = (InMemorySpanExporter::default(), InMemoryMetricExporter::default());
        let tracer_provider = change(SdkTracerProvider::builder().with_simple_exporter(spans.clone())).build();
        let meter_provider = SdkMeterProvider::builder().with_periodic_exporter(metrics.clone()).build();
        Self { spans, metrics, tracer_provider, meter_provider }
    }

    /// With the default propagators, W3C's. For others, build one of [`tracer_provider`](Self::tracer_provider) and
    /// [`meter_provider`](Self::meter_provider).
    pub fn telemetry(&self) -> Telemetry {
        let telemetry = Telemetry::new(Some(self.tracer_provider.clone()), Propagators::default());
        telemetry.with_meter_provider(self.meter_provider.clone())
    }

    /// What spans are made by, for the test's own ones.
    pub fn tracer_provider(&self) -> &SdkTracerProvider {
        &self.tracer_provider
    }

    /// What is measured by.
    pub fn meter_provider(&self) -> &SdkMeterProvider {
        &self.meter_provider
    }

    /// All spans that have ended, in the order in which they did.
    pub fn spans(&self) -> Vec<SpanData> {
        self.spans.get_finished_spans().unwrap_or_default()
    }

    /// The first span of this name that has ended.
    ///
    /// # Panics
    ///
    /// There is none; the message names those that there are.
    #[track_caller]
    pub fn span(&self, name: &str) -> SpanData {
        span(&self.spans(), name).clone()
    }

    /// What this metric stands at, for each set of attributes; empty if nothing of this name was measured.
    pub fn metric(&self, name: &str) -> Vec<Series> {
        self.all_metrics().into_iter().filter_map(|(of, series)| (of == name).then_some(series)).collect()
    }

    /// Each series with the name of its metric.
    pub(crate) fn all_metrics(&self) -> Vec<(String, Series)> {
        // Each flush leaves all metrics once more, as they stand then.
        self.metrics.reset();
        // Fails only if the test has shut the provider down; what it measured until then is there.
        let _ = self.meter_provider.force_flush();
        let Some(last) = self.metrics.get_finished_metrics().unwrap_or_default().pop() else { return Vec::new() };
        let metrics = last.scope_metrics().flat_map(|scope| scope.metrics());
        metrics.flat_map(|metric| of_metric(metric).into_iter().map(|it| (metric.name().to_owned(), it))).collect()
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("spans", &self.spans().len()).finish_non_exhaustive()
    }
}
