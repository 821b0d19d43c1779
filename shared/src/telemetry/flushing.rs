//! The flushes of one signal: one at a time, and a warning when they begin to fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry_sdk::error::OTelSdkResult;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::Instant;

use crate::lines::warn;

/// The longest a flush may take. A collector that hangs costs spans, and this much of billed time, never a record.
pub(crate) const BUDGET: Duration = Duration::from_millis(500);

/// What people are told when exports begin to fail, and when they work again.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) failing: &'static str,
    pub(super) working: &'static str,
}

#[derive(Debug, Clone)]
pub(super) struct Flushing(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// While the collector hangs, threads must not pile up.
    one: Arc<Semaphore>,
    /// The number of the flush that began last, from 1; those that have ended; the last that a caller waited for in vain.
    begun: AtomicU64,
    ended: AtomicU64,
    given_up: AtomicU64,
    /// Whether the last flush failed.
    failing: AtomicBool,
    lines: Option<&'static Lines>,
}

impl Flushing {
    /// Of a provider that says nothing of its losses.
    pub(super) fn telling(lines: &'static Lines) -> Self {
        Self::new(Some(lines))
    }

    /// Of one that reports them by itself.
    pub(super) fn quiet() -> Self {
        Self::new(None)
    }

    fn new(lines: Option<&'static Lines>) -> Self {
        let number = AtomicU64::default;
        Self(Arc::new(Inner {
            one: Arc::new(Semaphore::new(1)),
            begun: number(),
            ended: number(),
            given_up: number(),
            failing: AtomicBool::default(),
            lines,
        }))
    }

    /// Whether a caller has waited in vain for the flush that is in flight, for as long as a flush may take. A caller with less time
    /// than that goes away from a flush that is well.
    pub(super) fn is_stuck(&self) -> bool {
        self.0.given_up.load(Ordering::SeqCst) > self.0.ended.load(Ordering::SeqCst)
    }

    /// Returns when a flush that began after this call is over. Those who wait for the same flush to end share the next.
    /// `since` is when the caller began to wait.
    pub(super) async fn run(&self, since: Instant, flush: impl FnOnce() -> OTelSdkResult + Send + 'static) {
        // The SDK's flush blocks its thread, so a timeout around the bare call would never fire.
        self.run_by(since, |in_flight| spawn_blocking(move || in_flight.end(flush()))).await;
    }

    /// The same of one that `begin` begins elsewhere, where it goes on if the caller goes away.
    pub(super) async fn run_by(&self, since: Instant, begin: impl FnOnce(InFlight) -> JoinHandle<()>) {
        let waiting = GivesUp { inner: Some(&self.0), since };
        let too_early = self.0.begun.load(Ordering::SeqCst);
        // It is never closed.
        let Ok(permit) = Arc::clone(&self.0.one).acquire_owned().await else { return };
        if self.0.begun.load(Ordering::SeqCst) == too_early {
            let (inner, number) = (Arc::clone(&self.0), self.0.begun.fetch_add(1, Ordering::SeqCst) + 1);
            let _ = begin(InFlight { ends: Ends { inner, number }, _permit: permit }).await;
        }
        waiting.was_not_in_vain();
    }
}

/// The flush that is in flight, until it is dropped.
pub(super) struct InFlight {
    ends: Ends,
    /// Others may begin after it is marked as over.
    _permit: OwnedSemaphorePermit,
}

impl InFlight {
    pub(super) fn end(self, result: OTelSdkResult) {
        self.ends.inner.report(result.err().map(|error| error.to_string()));
    }
}

/// Marks the flush that is in flight, when a caller that has waited long enough for it goes away before it is over.
struct GivesUp<'a> {
    inner: Option<&'a Inner>,
    since: Instant,
}

impl GivesUp<'_> {
    fn was_not_in_vain(mut self) {
        self.inner = None;
    }
}

impl Drop for GivesUp<'_> {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.filter(|_| self.since.elapsed() >= BUDGET) {
            inner.given_up.fetch_max(inner.begun.load(Ordering::SeqCst), Ordering::SeqCst);
        }
    }
}

/// Marks a flush as over, even if it panics.
struct Ends {
    inner: Arc<Inner>,
    number: u64,
}

impl Drop for Ends {
    fn drop(&mut self) {
        self.inner.ended.store(self.number, Ordering::SeqCst);
    }
}

impl Inner {
    /// Says that telemetry is being lost. The SDK itself says nothing.
    fn report(&self, error: Option<String>) {
        let Some(lines) = self.lines else { return };
        let was_failing = self.failing.swap(error.is_some(), Ordering::Relaxed);
        let line = match error {
            Some(error) if !was_failing => format!("{}: {error}", lines.failing),
            None if was_failing => lines.working.to_owned(),
            _ => return,
        };
        warn(line);
    }
}

#[cfg(test)]
mod tests;
