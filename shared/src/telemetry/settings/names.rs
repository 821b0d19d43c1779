//! Spans, metrics and log records by the names that variables and URLs have for them.

use super::exporters::Exporters;

/// A signal by the names that variables and URLs have for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    /// `TRACES`
    pub(super) variable: &'static str,
    /// Where no variable names any.
    pub(super) exporters: Exporters,
    pub(super) path: &'static str,
    /// How long the one that hands batches to the exporter would wait for it.
    pub(super) export_timeout: &'static str,
}

pub(super) const TRACES: Names = Names {
    variable: "TRACES",
    exporters: Exporters::OTLP,
    path: "/v1/traces",
    export_timeout: "OTEL_BSP_EXPORT_TIMEOUT",
};
pub(super) const METRICS: Names = Names {
    variable: "METRICS",
    exporters: Exporters::OTLP,
    path: "/v1/metrics",
    export_timeout: "OTEL_METRIC_EXPORT_TIMEOUT",
};
/// The specification has OTLP for them, too; but a user who has traces sent to a collector has not asked for logs.
pub(super) const LOGS: Names = Names {
    variable: "LOGS",
    exporters: Exporters::NONE,
    path: "/v1/logs",
    export_timeout: "OTEL_BLRP_EXPORT_TIMEOUT",
};

impl Names {
    /// The signal's own variable, and the one for all signals.
    pub(super) fn variables(self, what: &str) -> [String; 2] {
        [format!("OTEL_EXPORTER_OTLP_{}_{what}", self.variable), format!("OTEL_EXPORTER_OTLP_{what}")]
    }
}
