//! Takes spans that end, and has them exported: by full batches, by the clock, and whenever a caller waits for it.
//!
//! In the place of the SDK's processor. That drops in silence what a queue bounded by number has no room for, and exports one
//! small batch after the other.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::trace::{SpanId, SpanKind};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::super::flushing::InFlight;
use super::super::weight::weight;
use super::backlog::Backlog;
use super::encoder::SpanEncoder;
use super::queue::Rank;
use super::thread::ExportThread;

/// What waits for the exporter, for those who ask, and for those who have it sent. Cloning shares it.
#[derive(Debug, Clone)]
pub(in crate::telemetry) struct SpanBacklog {
    backlog: Backlog<SpanEncoder>,
    /// The longest that a flush waits.
    patience: Duration,
    thread: Arc<ExportThread>,
}

impl SpanBacklog {
    /// So much has ended since the last flush that an export begins by itself, or one is in flight.
    pub(in crate::telemetry) fn has_full_batch(&self) -> bool {
        self.backlog.has_full_batch()
    }

    /// Whether there is nothing to flush, because all that has ended is sent or lost.
    pub(in crate::telemetry) fn is_settled(&self) -> bool {
        self.backlog.is_settled()
    }

    /// Has all that has ended sent. It is waited for on the thread that exports: from one that is blocked for it, the news would
    /// have to go through two further threads. What is lost is reported where it is.
    pub(in crate::telemetry) fn flush(&self, in_flight: InFlight) -> JoinHandle<()> {
        let (backlog, patience) = (self.backlog.clone(), self.patience);
        self.thread.spawn(async move {
            let _ = timeout(patience, backlog.settles()).await;
            in_flight.end(Ok(()));
        })
    }
}

/// The processor of one provider.
#[derive(Debug)]
pub(in crate::telemetry) struct Exporting {
    backlog: Backlog<SpanEncoder>,
    patience: Duration,
    thread: Arc<ExportThread>,
}

impl Exporting {
    pub(super) fn new(backlog: Backlog<SpanEncoder>, patience: Duration, thread: &Arc<ExportThread>) -> Self {
        Self { backlog, patience, thread: Arc::clone(thread) }
    }

    pub(in crate::telemetry) fn backlog(&self) -> SpanBacklog {
        SpanBacklog { backlog: self.backlog.clone(), patience: self.patience, thread: Arc::clone(&self.thread) }
    }
}

impl SpanProcessor for Exporting {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() {
            let (bytes, rank) = (weight(&span), rank(&span));
            self.backlog.push(span, bytes, rank);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.backlog.wait(self.patience)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.backlog.end(timeout)
    }
}

/// What has no span of this process above it begins a trace, or is where one from elsewhere goes on.
fn rank(span: &SpanData) -> Rank {
    let is_entry = span.parent_span_id == SpanId::INVALID || span.parent_span_is_remote;
    match span.span_kind {
        _ if is_entry => Rank::Entry,
        SpanKind::Internal | SpanKind::Client => Rank::Inner,
        SpanKind::Server | SpanKind::Producer | SpanKind::Consumer => Rank::Record,
    }
}
