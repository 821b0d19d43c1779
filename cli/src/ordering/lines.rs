//! What publishers report about their records, one line each, as soon as it is known.

use std::cell::Cell;
use std::time::Duration;

use kinetrace::Telemetry;
use kinetrace::history::Produce;
use tokio::sync::mpsc;

/// After so many lines the spans that have ended are sent, before any further line is taken: a fraction of what the library
/// has room for (`MAX_QUEUE_BYTES`), so that a publisher that is faster than the exporter waits instead of losing spans.
const LINES_A_FLUSH: usize = 4_096;

/// A collector on the same machine answers in far less.
const FLUSH_LIMIT: Duration = Duration::from_secs(10);

/// Where the lines go.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    to: mpsc::Sender<Produce>,
    telemetry: &'a Telemetry,
    since_flush: Cell<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(to: mpsc::Sender<Produce>, telemetry: &'a Telemetry) -> Self {
        Self { to, telemetry, since_flush: Cell::new(0) }
    }

    /// What makes the spans of these records.
    pub(super) fn telemetry(&self) -> &'a Telemetry {
        self.telemetry
    }

    /// Waits until the run has room for it.
    pub(super) async fn tell(&self, line: Produce) {
        // Who does not listen any more has told why.
        let _ = self.to.send(line).await;
        self.since_flush.set(self.since_flush.get() + 1);
        if self.since_flush.get() == LINES_A_FLUSH {
            self.since_flush.set(0);
            self.telemetry.flush(FLUSH_LIMIT).await;
        }
    }
}
