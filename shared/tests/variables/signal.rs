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
        let (prefix, signal, other, number) = match self {
            Signal::All => ("", "traces", "metrics", ""),
            Signal::Traces => ("TRACES_", "traces", "metrics", "2"),
            Signal::Metrics => ("METRICS_", "metrics", "traces", "1"),
        };
        let text = text.replace("{SIGNAL_}", prefix).replace("{number}", number);
        text.replace("{signal}", signal).replace("{other}", other)
    }
}
