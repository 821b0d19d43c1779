//! The providers of a process.

use std::sync::Arc;

use opentelemetry::global::BoxedTracer;
use opentelemetry::metrics::{Meter, MeterProvider as _, NoopMeterProvider};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::trace::noop::NoopTracer;
#[cfg(feature = "otlp-logs")]
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};

#[cfg(feature = "otlp")]
use super::export::{Losses, Signal, SpanBacklog, Tell};
use super::flush_policy::FlushPolicy;
use super::flushing::{Flushing, Lines};
#[cfg(feature = "otlp-logs")]
use super::logs::Logs;
use super::meter_provider::LazyMeterProvider;
use crate::contained::contained;
use crate::context::propagators::Propagators;
use crate::semantic_conventions::scope;

/// Of a program's own providers, which tell nothing but that they fail.
static SPANS: Lines = Lines {
    failing: "spans are being lost because they cannot be exported",
    working: "spans are being exported again",
};

static METRICS: Lines = Lines { failing: "metrics cannot be exported", working: "metrics are being exported again" };

/// The tracer provider, the meter provider and the propagators of one process. Cloning shares them.
#[derive(Debug, Clone)]
pub struct Telemetry {
    pub(super) provider: Option<SdkTracerProvider>,
    /// The provider hands spans to an exporter.
    pub(super) exports_spans: bool,
    /// Of the provider that the environment describes.
    pub(super) sampler: Option<Sampler>,
    pub(super) meter_provider: Arc<LazyMeterProvider>,
    pub(super) propagators: Propagators,
    pub(super) flush_policy: FlushPolicy,
    /// Where it is known.
    pub(super) max_links_per_span: Option<u32>,
    /// Of the provider that the environment describes.
    #[cfg(feature = "otlp")]
    pub(super) backlog: Option<SpanBacklog>,
    #[cfg(feature = "otlp")]
    pub(super) lost_spans: Arc<Losses>,
    /// If the environment asks for log records.
    #[cfg(feature = "otlp-logs")]
    pub(super) logs: Option<Logs>,
    pub(super) spans: Flushing,
    pub(super) metrics: Flushing,
}

impl Telemetry {
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
            #[cfg(feature = "otlp")]
            backlog: None,
            #[cfg(feature = "otlp")]
            lost_spans: Arc::new(Losses::new(Signal::Spans, Tell::by_warnings())),
            #[cfg(feature = "otlp-logs")]
            logs: None,
            exports_spans: true,
            sampler: None,
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
    pub(super) fn meter_if_any(&self) -> Option<Meter> {
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

    /// How many links a span keeps: 10,000, or what `OTEL_SPAN_LINK_COUNT_LIMIT` says. Not known of a program's
    /// own provider.
    pub fn max_links_per_span(&self) -> Option<u32> {
        self.max_links_per_span
    }

    /// Spans that were lost since the process began, whatever the cause, and for each exporter that lost them: there was no room for them in what may wait
    /// (32 MiB, or as many as `OTEL_BSP_MAX_QUEUE_SIZE` says), the collector did not take them, or rejected some of
    /// a request, or there was no time at the end of the program. Warnings report each cause.
    ///
    /// Those of a program's own provider are not counted, nor those that end after the provider's `shutdown`: the SDK tells
    /// nobody of them.
    #[cfg(feature = "otlp")]
    pub fn lost_spans(&self) -> u64 {
        self.lost_spans.total()
    }

    /// Nothing can leave, so that there is nothing to flush.
    pub(crate) fn is_off(&self) -> bool {
        let has_spans = self.exports_spans && self.provider.is_some();
        #[cfg(feature = "otlp-logs")]
        let has_spans = has_spans || self.logs.is_some();
        !has_spans && self.meter_provider.is_off()
    }

    /// The provider of log records, if `OTEL_LOGS_EXPORTER` names an exporter. A subscriber of `tracing` gets them by the layer
    /// of `opentelemetry-appender-tracing`, as `kinetrace_consumer::run` has it.
    #[cfg(feature = "otlp-logs")]
    pub fn logger_provider(&self) -> Option<&SdkLoggerProvider> {
        self.logs.as_ref().map(|logs| &logs.provider)
    }

    /// Log records that were lost since the process began, as [`lost_spans`](Self::lost_spans) counts spans.
    #[cfg(feature = "otlp-logs")]
    pub fn lost_log_records(&self) -> u64 {
        self.logs.as_ref().map_or(0, |logs| logs.losses.total())
    }

    /// So many spans have ended since the last flush began, as far as that is known, that an export begins by itself.
    pub(crate) fn has_full_batch(&self) -> bool {
        #[cfg(feature = "otlp-logs")]
        if self.logs.as_ref().is_some_and(|logs| logs.backlog.has_full_batch()) {
            return true;
        }
        #[cfg(feature = "otlp")]
        return self.backlog.as_ref().is_some_and(SpanBacklog::has_full_batch);
        #[cfg(not(feature = "otlp"))]
        false
    }
}
