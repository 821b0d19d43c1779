//! What has arrived, handed on: within a moment, or not at all.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::error::{SendTimeoutError, TrySendError};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::collector::arrival::{Arrival, Arrivals};

/// How long a request waits until there is room for what it brought. Exporters of functions flush before they answer.
const MOMENT: Duration = Duration::from_millis(100);

/// A year: for ever, to a clock that can tell it.
const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How much a receiver got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// Spans that arrived.
    pub spans: u64,
    /// Log records that arrived.
    pub log_records: u64,
    /// Spans and log records among them that nobody took in time.
    pub dropped: u64,
    /// Requests that could not be read, or were not of OTLP.
    pub refused: u64,
}

#[derive(Debug)]
pub(super) struct Inbox {
    arrivals: Arrivals,
    received: Mutex<Received>,
    /// Whether the last arrival found no room: then the next ones do not wait either.
    is_full: AtomicBool,
    /// Until when nothing is answered.
    hangs_until: watch::Sender<Instant>,
}

impl Inbox {
    pub(super) fn new(arrivals: Arrivals) -> Self {
        let hangs_until = watch::Sender::new(Instant::now());
        Self { arrivals, received: Mutex::default(), is_full: AtomicBool::new(false), hangs_until }
    }

    pub(super) fn hang(&self, duration: Duration) {
        let now = Instant::now();
        self.hangs_until.send_replace(now.checked_add(duration).unwrap_or_else(|| now + FOR_EVER));
    }

    pub(super) fn hangs_for(&self) -> Duration {
        self.hangs_until.borrow().saturating_duration_since(Instant::now())
    }

    /// Waits until requests are answered.
    pub(super) async fn answers(&self) {
        let mut changes = self.hangs_until.subscribe();
        loop {
            let until = *changes.borrow_and_update();
            if until <= Instant::now() {
                return;
            }
            tokio::select! {
                () = sleep_until(until) => {}
                // Cannot fail: the sender is ours.
                _ = changes.changed() => {}
            }
        }
    }

    pub(super) fn received(&self) -> Received {
        *self.counts()
    }

    pub(super) fn refused(&self) {
        self.counts().refused += 1;
    }

    /// To the forwarder, if there is one. Never waits.
    pub(super) fn forward(&self, spans: u64, protobuf: impl FnOnce() -> Bytes) {
        if let Some(forwarder) = self.arrivals.forwarder.as_ref().filter(|_| spans > 0) {
            forwarder.forward(protobuf(), spans);
        }
    }

    pub(super) async fn take(&self, arrival: Arrival) {
        let count = arrival.len();
        if count == 0 {
            return;
        }
        match &arrival {
            Arrival::Spans(_) => self.counts().spans += count,
            Arrival::Logs(_) => self.counts().log_records += count,
        }
        let has_room = self.send(arrival).await;
        self.is_full.store(!has_room, Ordering::Relaxed);
        if !has_room {
            self.counts().dropped += count;
        }
    }

    /// Whether there was room. If nobody looks any more, there is.
    async fn send(&self, arrival: Arrival) -> bool {
        let arrival = match self.arrivals.to.try_send(arrival) {
            Ok(()) | Err(TrySendError::Closed(_)) => return true,
            Err(TrySendError::Full(arrival)) => arrival,
        };
        if self.is_full.load(Ordering::Relaxed) {
            return false;
        }
        let sent = self.arrivals.to.send_timeout(arrival, MOMENT).await;
        !matches!(sent, Err(SendTimeoutError::Timeout(_)))
    }

    fn counts(&self) -> MutexGuard<'_, Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;
    use crate::collector::AttributeValue;
    use crate::collector::log_record::LogRecord;

    fn logs(count: usize) -> Arrival {
        let record = LogRecord {
            at: Default::default(),
            severity: String::new(),
            body: AttributeValue::Empty,
            attributes: [].into(),
            trace_id: None,
            span_id: None,
            service: String::new(),
            resource: Default::default(),
        };
        Arrival::Logs(vec![record; count])
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_takes_waits_a_moment_and_after_that_does_not_wait_until_there_is_room_again() {
        let (to, mut arrivals) = mpsc::channel(1);
        let inbox = Inbox::new(Arrivals::new(to));
        let begin = Instant::now();
        inbox.take(logs(1)).await;
        assert_eq!(begin.elapsed(), Duration::ZERO);
        inbox.take(logs(2)).await;
        assert!(begin.elapsed() >= MOMENT && begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
        let waited = begin.elapsed();
        inbox.take(logs(4)).await;
        assert_eq!(begin.elapsed(), waited);
        assert_eq!(inbox.received(), Received { log_records: 7, dropped: 6, ..Received::default() });
        assert_eq!(arrivals.recv().await, Some(logs(1)));
        inbox.take(logs(8)).await;
        assert_eq!(arrivals.recv().await, Some(logs(8)));
        assert_eq!(inbox.received().dropped, 6);
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_looks_at_any_more_is_not_called_dropped() {
        let (to, arrivals) = mpsc::channel(1);
        let inbox = Inbox::new(Arrivals::new(to));
        drop(arrivals);
        inbox.take(logs(1)).await;
        assert_eq!(inbox.received(), Received { log_records: 1, ..Received::default() });
    }

    #[tokio::test(start_paused = true)]
    async fn a_receiver_that_hangs_answers_when_its_time_is_over_or_was_changed() {
        let inbox = Inbox::new(Arrivals::new(mpsc::channel(1).0));
        let begin = Instant::now();
        inbox.answers().await;
        assert_eq!((begin.elapsed(), inbox.hangs_for()), (Duration::ZERO, Duration::ZERO));
        inbox.hang(Duration::from_secs(60));
        assert_eq!(inbox.hangs_for(), Duration::from_secs(60));
        inbox.answers().await;
        assert!(begin.elapsed() >= Duration::from_secs(60));
        inbox.hang(Duration::MAX);
        let (end, ()) = tokio::join!(
            async {
                inbox.answers().await;
                begin.elapsed()
            },
            async { inbox.hang(Duration::ZERO) },
        );
        assert!(end < Duration::from_secs(61), "{end:?}");
    }
}
