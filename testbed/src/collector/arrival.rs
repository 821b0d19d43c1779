//! What a receiver hands on.

use tokio::sync::mpsc;

use super::forward::Forwarder;
use super::log_record::LogRecord;
use super::span::Span;

/// What one request brought.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Arrival {
    /// Spans, at least one.
    Spans(Vec<Span>),
    /// Log records, at least one.
    Logs(Vec<LogRecord>),
}

impl Arrival {
    /// How many spans or log records it has.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Spans(spans) => spans.len() as u64,
            Self::Logs(records) => records.len() as u64,
        }
    }
}

/// Where a receiver's arrivals go.
#[derive(Debug, Clone)]
pub struct Arrivals {
    pub(super) to: mpsc::Sender<Arrival>,
    pub(super) forwarder: Option<Forwarder>,
}

impl Arrivals {
    /// To this channel, whose capacity is how many requests may wait.
    pub fn new(to: mpsc::Sender<Arrival>) -> Self {
        Self { to, forwarder: None }
    }

    /// And all spans, also those for which the channel has no room, to another collector.
    #[must_use]
    pub fn forwarding_by(mut self, forwarder: Option<Forwarder>) -> Self {
        self.forwarder = forwarder;
        self
    }
}
