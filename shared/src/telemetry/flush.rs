//! The flush of a process's providers: of all signals at the same time.

use std::time::Duration;

use tokio::time::Instant;

use super::flushing::Flushing;
use super::providers::Telemetry;

impl Telemetry {
    /// Sends the spans that have ended and the metrics as they stand, at the same time, and returns when both are sent or
    /// `budget` is spent, whichever comes first.
    ///
    /// Several at once are two at most: one that is in flight already, which may have begun too early for a caller, and
    /// one more for all of those. A collector that hangs costs spans, and metrics until it answers again: once a caller has
    /// waited half a second for a flush in vain, others leave that signal out until it is over.
    pub async fn flush(&self, budget: Duration) {
        self.is_flushed(budget).await;
    }

    /// The same, and whether both were sent, as far as they can be: nothing was left out, and the time was enough.
    pub(crate) async fn is_flushed(&self, budget: Duration) -> bool {
        self.flush_unless(Flushing::is_stuck, budget).await
    }

    /// The same, but waits for a flush that others have given up, because there will be no other.
    pub(crate) async fn last_flush(&self, budget: Duration) {
        self.flush_unless(|_| false, budget).await;
        #[cfg(feature = "otlp")]
        self.lost_spans.tell_rest();
        #[cfg(feature = "otlp-logs")]
        self.logs.iter().for_each(|logs| logs.losses.tell_rest());
    }

    async fn flush_spans(&self, since: Instant) {
        let Some(provider) = self.provider.clone().filter(|_| self.exports_spans) else { return };
        #[cfg(feature = "otlp")]
        if let Some(backlog) = &self.backlog {
            if !backlog.is_settled() {
                self.spans.run_by(since, |in_flight| backlog.flush(in_flight)).await;
            }
            return;
        }
        self.spans.run(since, move || provider.force_flush()).await;
    }

    async fn flush_unless(&self, skip: fn(&Flushing) -> bool, budget: Duration) -> bool {
        let since = Instant::now();
        let spans = async {
            if skip(&self.spans) {
                return false;
            }
            self.flush_spans(since).await;
            true
        };
        let metrics = async {
            let Some(provider) = self.meter_provider.made() else { return true };
            let is_skipped = skip(&self.metrics);
            if !is_skipped {
                self.metrics.run(since, move || provider.force_flush()).await;
            }
            !is_skipped
        };
        let logs = async {
            #[cfg(feature = "otlp-logs")]
            if let Some(logs) = &self.logs {
                return logs.flush_unless(skip, since).await;
            }
            true
        };
        let sent = tokio::time::timeout(budget, async { tokio::join!(spans, metrics, logs) }).await;
        sent.is_ok_and(|(spans, metrics, logs)| spans && metrics && logs)
    }
}

#[cfg(test)]
#[cfg(feature = "otlp")]
mod tests;
