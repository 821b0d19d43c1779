//! What a publisher is told before it starts.

use kinetrace::Carrier;

use super::auto_distribution::AutoDistribution;
use crate::metrics::Metrics;
use crate::outbox::Policy;
use crate::trace_settings::TraceSettings;

#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) stream: String,
    pub(crate) trace: TraceSettings,
    pub(crate) metrics: Metrics,
    pub(crate) buffer_bytes: usize,
    pub(crate) buffer_records: usize,
    pub(crate) max_keys: usize,
    pub(crate) max_in_flight: usize,
    pub(crate) auto_distribution: AutoDistribution,
    pub(crate) aggregation: bool,
    pub(crate) policy: Policy,
}

impl Settings {
    /// The defaults, which the builder's methods document.
    pub(crate) fn new(stream: String) -> Self {
        Self {
            metrics: Metrics::new(&stream, None),
            stream,
            trace: TraceSettings::new(Some(Carrier::default())),
            buffer_bytes: 32 * 1024 * 1024,
            buffer_records: 100_000,
            max_keys: 100_000,
            max_in_flight: 4,
            auto_distribution: AutoDistribution::default(),
            aggregation: false,
            policy: Policy::default(),
        }
    }
}
