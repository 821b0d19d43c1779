//! What the environment says about telemetry, and what is reported about it.
//!
//! [`Settings::read`] is a function of the variables, and never fails: nothing about telemetry stops a program. A value
//! that is malformed, or that asks for what there is not, is reported and counts for nothing, as the specification has it
//! (<https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/>). The SDK and its exporters read many
//! of the variables by themselves, and fall back in silence; so they are told each value, and need read none.
//!
//! * `variables`: the environment as a value.
//! * `reading`: a variable at a time; what cannot be read as a number, a duration or a name gets a line.
//! * `names`: what a signal's variables are called.
//! * `propagation`, `sampler`, `batch`, `limits`, `signal` with its `exporters`, `endpoint`, `headers`,
//!   `form`, `compression`, `tls`, `proxy` with `no_proxy`, and `signing` with `cloudwatch_host`, `metrics`, `resource`: what each
//!   part is told.
//! * `without_effect`: what is set, and does nothing.

mod batch;
mod cloudwatch_host;
mod compression;
mod endpoint;
mod exporters;
mod form;
mod headers;
mod limits;
mod metrics;
mod names;
mod no_proxy;
mod percent;
mod propagation;
mod proxy;
mod reading;
mod resource;
mod sampler;
mod signal;
mod signing;
mod tls;
mod unified_service_tags;
mod variables;
mod without_effect;

use std::time::Duration;

use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::trace::{Sampler, SpanLimits};

use crate::context::propagators::Propagators;
use crate::telemetry::FlushPolicy;
pub(super) use batch::Batch;
pub(super) use compression::Compression;
pub(super) use endpoint::Endpoint;
pub(super) use exporters::Exporters;
pub(super) use form::Form;
pub(super) use headers::Headers;
pub use limits::MAX_LINKS_PER_SPAN;
use names::{LOGS, METRICS, Names, TRACES};
use propagation::Baggage;
pub(super) use proxy::Proxy;
use reading::Reading;
pub(super) use resource::ResourceSettings;
pub(super) use signal::Signal;
pub(super) use signing::Signing;
pub(super) use tls::{Identity, PemPath, Tls};
pub(super) use variables::Variables;

#[derive(Debug)]
pub(super) struct Settings {
    pub(super) disabled: bool,
    pub(super) traces: Signal,
    pub(super) metrics: Signal,
    /// Of the business code.
    pub(super) logs: Signal,
    pub(super) propagators: Propagators,
    /// Trace ids that begin with the time: X-Ray takes no others.
    pub(super) xray_ids: bool,
    pub(super) sampler: Sampler,
    pub(super) limits: SpanLimits,
    /// Spans that may wait, if their weight is not all that bounds them.
    pub(super) queue_size: Option<usize>,
    /// Spans upon which an export begins, though nobody asks for one; no more than may wait.
    pub(super) batch_size: usize,
    /// So that it also bounds an export.
    pub(super) batch_size_is_set: bool,
    /// Between two exports of spans that nobody asked for; `None` where only flushes export.
    pub(super) schedule_delay: Option<Duration>,
    /// Of log records, in the place of the four before.
    #[cfg_attr(not(feature = "otlp-logs"), allow(dead_code, reason = "there are none"))]
    pub(super) log_batch: Batch,
    pub(super) flush_policy: FlushPolicy,
    pub(super) temporality: Temporality,
    /// Between two exports of metrics that nobody asked for.
    pub(super) metric_export_interval: Duration,
    pub(super) resource: ResourceSettings,
}

impl Settings {
    /// The settings, and a line about each variable that does not do what it says.
    ///
    /// What is judged is what counts: nothing but baggage where the SDK is disabled, and of a signal that is not exported
    /// nothing.
    pub(super) fn read(variables: &Variables) -> (Self, Vec<String>) {
        let mut reading = Reading::of(variables);
        let disabled = is_disabled(&mut reading);
        // A caller's baggage is still passed on.
        let baggage = Baggage::read(&mut reading);
        let settings = reading.judge(!disabled, |reading| Self::of(reading, disabled, baggage));
        (settings, reading.into_warnings())
    }

    fn of(reading: &mut Reading<'_>, disabled: bool, baggage: Baggage) -> Self {
        let (propagators, xray_ids) = propagation::propagators(reading);
        let sampler = sampler::sampler(reading);
        let (traces, metrics) = (Signal::read(reading, TRACES), Signal::read(reading, METRICS));
        let logs = if cfg!(feature = "otlp-logs") { Signal::read(reading, LOGS) } else { Signal::without_collector() };
        let (has_traces, has_metrics, has_logs) = (traces.is_exported(), metrics.is_exported(), logs.is_exported());
        let has_any = has_traces || has_metrics || has_logs;
        let flush_policy = reading.judge(has_any, batch::flush_policy);
        let max_spans = traces.signing.as_ref().and_then(Signing::max_spans);
        let batch = reading.judge(has_traces, |it| Batch::read(it, batch::SPANS, flush_policy, max_spans));
        let log_batch = reading.judge(has_logs, |it| Batch::read(it, batch::LOG_RECORDS, flush_policy, None));
        let settings = Self {
            disabled,
            propagators: baggage.limit(propagators),
            xray_ids,
            sampler,
            limits: reading.judge(has_traces, limits::span_limits),
            queue_size: batch.queue_size,
            batch_size: batch.batch_size,
            batch_size_is_set: batch.batch_size_is_set,
            schedule_delay: batch.delay,
            log_batch,
            flush_policy,
            temporality: reading.judge(has_metrics, metrics::temporality),
            metric_export_interval: reading.judge(has_metrics, metrics::export_interval),
            resource: reading.judge(has_any, resource::resource),
            traces,
            metrics,
            logs,
        };
        settings.warn_of_settings_without_effect(reading);
        settings
    }

    fn warn_of_settings_without_effect(&self, reading: &mut Reading<'_>) {
        let signals = [(TRACES, &self.traces), (METRICS, &self.metrics), (LOGS, &self.logs)];
        let exported: Vec<_> = signals.into_iter().filter(|(_, signal)| signal.is_exported()).collect();
        let sent: Vec<_> = exported.iter().copied().filter(|(_, signal)| signal.exporters.otlp).collect();
        let names = |signals: &[(Names, &Signal)]| signals.iter().map(|(names, _)| *names).collect::<Vec<_>>();
        without_effect::warn_of_settings_without_effect(reading, &names(&exported), &names(&sent));
        let endpoints: Vec<_> = sent.iter().map(|(names, signal)| (*names, signal.endpoint.as_str())).collect();
        tls::warn_of_settings_without_effect(reading, &endpoints);
    }
}

fn is_disabled(reading: &mut Reading<'_>) -> bool {
    const NAME: &str = "OTEL_SDK_DISABLED";
    let value = reading.get(NAME).unwrap_or("false");
    let is_true = value.eq_ignore_ascii_case("true");
    if !is_true && !value.eq_ignore_ascii_case("false") {
        reading.not_understood(NAME, value, "false", "use true or false");
    }
    is_true
}

#[cfg(test)]
mod tests;
