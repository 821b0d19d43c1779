//! What was lost of a signal, by cause, and the lines that report it.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use opentelemetry_http::{Bytes, Request};

use super::answer::Accepted;
use super::error::{Cause, ExportError, address};
use super::secrets::saying;
use crate::lines::warn;

/// A cause is reported again when it has cost this many times as much as it had the last time.
const DISTANCE: u64 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::telemetry) enum Signal {
    Spans,
    Metrics,
    #[cfg_attr(not(feature = "otlp-logs"), allow(dead_code, reason = "there are none"))]
    Logs,
}

impl Signal {
    fn items(self) -> &'static str {
        match self {
            Self::Spans => "spans",
            Self::Metrics => "data points",
            Self::Logs => "log records",
        }
    }
}

/// Where lines go.
#[derive(Clone)]
pub(in crate::telemetry) struct Tell(pub(in crate::telemetry) Arc<dyn Fn(&str) + Send + Sync>);

impl Tell {
    pub(in crate::telemetry) fn by_warnings() -> Self {
        Self(Arc::new(|line| warn(line)))
    }

    pub(in crate::telemetry) fn line(&self, line: &str) {
        (self.0)(line);
    }
}

impl fmt::Debug for Tell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tell")
    }
}

/// Of one process.
#[derive(Debug)]
pub(in crate::telemetry) struct Losses {
    signal: Signal,
    tell: Tell,
    tallies: Mutex<Vec<Tally>>,
    total: AtomicU64,
    /// A line has told that exports fail, and none that they work.
    is_failing: AtomicBool,
    has_warned: AtomicBool,
    has_told_of_cuts: AtomicBool,
}

#[derive(Debug)]
struct Tally {
    cause: Cause,
    lost: u64,
    told: u64,
}

impl Losses {
    pub(in crate::telemetry) fn new(signal: Signal, tell: Tell) -> Self {
        Self {
            signal,
            tell,
            tallies: Mutex::default(),
            total: AtomicU64::default(),
            is_failing: AtomicBool::default(),
            has_warned: AtomicBool::default(),
            has_told_of_cuts: AtomicBool::default(),
        }
    }

    /// Spans; or data points that were rejected, and exports of metrics that failed.
    pub(in crate::telemetry) fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// The collector has taken the request, or a part of it.
    pub(super) fn accepted(&self, request: &Request<Bytes>, accepted: &Accepted) {
        let collector = || address(request.uri());
        let says = || saying(&accepted.message, request.headers());
        let rejected = usize::try_from(accepted.rejected).unwrap_or(usize::MAX);
        self.lost(Cause::Rejected, rejected, || {
            let what = self.signal.items();
            format!("{} rejected {rejected} {what} of a request that it took{}", collector(), says())
        });
        if rejected == 0 {
            self.works();
            if !accepted.message.is_empty() {
                self.warn(|| format!("{} has taken all, and warns{}", collector(), says()));
            }
        }
    }

    /// So many are lost.
    pub(super) fn failed(&self, request: &Request<Bytes>, number: usize, error: &ExportError) {
        self.lost(error.cause(), number, || error.tell(request.uri(), request.headers()));
    }

    /// So many more, for a cause that `why` puts into words if a line is due.
    pub(super) fn lost(&self, cause: Cause, number: usize, why: impl FnOnce() -> String) {
        let number = u64::try_from(number).unwrap_or(u64::MAX);
        if number == 0 {
            return;
        }
        self.total.fetch_add(number, Ordering::Relaxed);
        if let Some(so_far) = self.due(cause, number) {
            self.is_failing.fetch_or(is_of_exports(cause), Ordering::Relaxed);
            self.tell.line(&self.line(cause, so_far, &why()));
        }
    }

    /// The number of all that this cause has cost, if it is time to tell it.
    fn due(&self, cause: Cause, number: u64) -> Option<u64> {
        let mut tallies = self.tallies();
        let place = tallies.iter().position(|tally| tally.cause == cause).unwrap_or_else(|| {
            tallies.push(Tally { cause, lost: 0, told: 0 });
            tallies.len() - 1
        });
        let tally = &mut tallies[place];
        tally.lost += number;
        let is_due = tally.told == 0 || tally.lost / DISTANCE >= tally.told;
        is_due.then(|| {
            tally.told = tally.lost;
            tally.lost
        })
    }

    /// An export has worked.
    pub(super) fn works(&self) {
        if self.is_failing.load(Ordering::Relaxed) && self.is_failing.swap(false, Ordering::Relaxed) {
            self.tell.line(&match self.signal {
                Signal::Spans | Signal::Logs => {
                    format!("{} are being exported again, after {} were lost", self.signal.items(), self.total())
                }
                Signal::Metrics => "metrics are being exported again".to_owned(),
            });
        }
    }

    /// The collector has taken all, and has something to say: reported once.
    pub(super) fn warn(&self, warning: impl FnOnce() -> String) {
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            self.tell.line(&warning());
        }
    }

    /// A span is sent without parts of it, which is reported once.
    pub(super) fn cut(&self, line: impl FnOnce() -> String) {
        if !self.has_told_of_cuts.swap(true, Ordering::Relaxed) {
            self.tell.line(&line());
        }
    }

    /// Reports what was not reported yet, because this is the last chance.
    pub(in crate::telemetry) fn tell_rest(&self) {
        let mut causes = 0;
        for tally in self.tallies().iter_mut().filter(|tally| tally.lost > tally.told) {
            tally.told = tally.lost;
            causes += 1;
        }
        if causes > 0 && self.signal != Signal::Metrics {
            let what = self.signal.items();
            self.tell.line(&format!("{} {what} were lost in all, for reasons that earlier lines name", self.total()));
        }
    }

    fn line(&self, cause: Cause, so_far: u64, why: &str) -> String {
        match (self.signal, cause) {
            (Signal::Spans | Signal::Logs, _) => {
                format!("{} are being lost, {so_far} so far: {why}", self.signal.items())
            }
            (Signal::Metrics, Cause::Rejected) => format!("metrics are being lost, {so_far} data points so far: {why}"),
            (Signal::Metrics, _) => format!(
                "metrics cannot be exported, {so_far} so far: {why} (if none are wanted, set OTEL_METRICS_EXPORTER=none)"
            ),
        }
    }

    fn tallies(&self) -> MutexGuard<'_, Vec<Tally>> {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nothing gets through, so that a later export that works is news. What depends on the spans is not of that kind.
fn is_of_exports(cause: Cause) -> bool {
    const OF_SPANS: [StatusCode; 2] = [StatusCode::BAD_REQUEST, StatusCode::PAYLOAD_TOO_LARGE];
    !matches!(cause, Cause::NoRoom | Cause::Rejected | Cause::Ended | Cause::Oversize)
        && !OF_SPANS.iter().any(|status| cause == Cause::Status(*status))
}

#[cfg(test)]
mod tests;
