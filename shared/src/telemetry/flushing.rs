//! The flushes of one signal: one at a time, and a line on standard error when they begin to fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry_sdk::error::OTelSdkResult;
use tokio::sync::Semaphore;

use crate::complain;

/// What people are told when exports begin to fail, and when they work again.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) failing: &'static str,
    pub(super) working: &'static str,
}

#[derive(Debug, Clone)]
pub(super) struct Flushing {
    /// While the collector hangs, threads must not pile up.
    one: Arc<Semaphore>,
    /// Whether the last flush failed.
    failing: Arc<AtomicBool>,
    lines: &'static Lines,
}

impl Flushing {
    pub(super) fn new(lines: &'static Lines) -> Self {
        Self { one: Arc::new(Semaphore::new(1)), failing: Arc::default(), lines }
    }

    /// Returns at once if the last one is still under way.
    pub(super) async fn run(&self, flush: impl FnOnce() -> OTelSdkResult + Send + 'static) {
        let Ok(permit) = Arc::clone(&self.one).try_acquire_owned() else { return };
        let (failing, lines) = (Arc::clone(&self.failing), self.lines);
        // The SDK's flush blocks its thread, so a timeout around the bare call would never fire.
        let flush = tokio::task::spawn_blocking(move || {
            report(flush().err().map(|error| error.to_string()), &failing, lines);
            drop(permit);
        });
        let _ = flush.await;
    }
}

/// Says that telemetry is being lost. The SDK itself says nothing.
fn report(error: Option<String>, failing: &AtomicBool, lines: &Lines) {
    let was_failing = failing.swap(error.is_some(), Ordering::Relaxed);
    let line = match error {
        Some(error) if !was_failing => format!("{}: {error}", lines.failing),
        None if was_failing => lines.working.to_owned(),
        _ => return,
    };
    complain(line);
}
