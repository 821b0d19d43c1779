//! Spans, metrics, or both.

/// Whose variables a row has, where its texts leave that open.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signal {
    All,
    Traces,
    Metrics,
}

impl Signal {
    /// A text of a row for this signal.
    pub(crate) fn fill(self, text: &str) -> String {
        let (prefix, signal, other) = match self {
            Signal::All => ("", "traces", "metrics"),
            Signal::Traces => ("TRACES_", "traces", "metrics"),
            Signal::Metrics => ("METRICS_", "metrics", "traces"),
        };
        text.replace("{SIGNAL_}", prefix).replace("{signal}", signal).replace("{other}", other)
    }
}
