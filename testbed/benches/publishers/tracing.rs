//! The same tracing for all publishers of a comparison.

use kinetrace::{Propagators, Telemetry};
use opentelemetry_sdk::trace::SdkTracerProvider;

/// As [`Telemetry::from_env`] has it; a span links to every record of its request.
const LINKS: u32 = 10_000;

#[derive(Debug, Clone)]
pub(crate) enum Tracing {
    /// Every record has a span, whose context it carries in an envelope, and every request has one. All are sampled, and
    /// none is exported: that is the collector's work, and the same for all.
    On(Telemetry),
    /// No spans, no context: records go as they are.
    Off(Telemetry),
}

impl Tracing {
    pub(crate) fn new(is_on: bool) -> Self {
        let telemetry = |provider| Telemetry::new(provider, Propagators::default());
        if is_on {
            Self::On(telemetry(Some(SdkTracerProvider::builder().with_max_links_per_span(LINKS).build())))
        } else {
            Self::Off(telemetry(None))
        }
    }
}
