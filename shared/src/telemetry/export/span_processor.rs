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

use super::backlog::Backlog;
use super::queue::Rank;
use super::thread::ExportThread;

/// The processor of one provider.
#[derive(Debug)]
pub(in crate::telemetry) struct Exporting {
    backlog: Backlog,
    /// The longest that a flush waits.
    patience: Duration,
    _thread: Arc<ExportThread>,
}

impl Exporting {
    pub(super) fn new(backlog: Backlog, patience: Duration, thread: &Arc<ExportThread>) -> Self {
        Self { backlog, patience, _thread: Arc::clone(thread) }
    }

    pub(in crate::telemetry) fn backlog(&self) -> Backlog {
        self.backlog.clone()
    }
}

impl SpanProcessor for Exporting {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() {
            let rank = rank(&span);
            self.backlog.push(span, rank);
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
