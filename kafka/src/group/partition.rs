//! A partition that this process has, and its worker.

use std::sync::Arc;
use std::sync::mpsc as blocking;
use std::time::{Duration, Instant};

use kinetrace_consumer::kafka::EventRecord;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

use super::in_hand::InHand;
use super::progress::Progress;

pub(super) struct Partition {
    records: mpsc::UnboundedSender<EventRecord>,
    revoked: watch::Sender<bool>,
    progress: Arc<Progress>,
    /// Closed once the worker has ended.
    ended: blocking::Receiver<()>,
    worker: AbortHandle,
    /// What librdkafka has agreed to.
    pub(super) is_paused: bool,
    /// What librdkafka knows of the progress.
    pub(super) stored: Option<i64>,
}

/// What a worker gets.
pub(super) struct Ends {
    pub(super) records: mpsc::UnboundedReceiver<EventRecord>,
    pub(super) revoked: watch::Receiver<bool>,
    pub(super) progress: Arc<Progress>,
    /// To be dropped as it ends.
    pub(super) _ended: blocking::Sender<()>,
}

impl Partition {
    /// Its first record that is read has the offset `first`.
    pub(super) fn start(first: i64, start: impl FnOnce(Ends) -> AbortHandle) -> Self {
        let (records, received) = mpsc::unbounded_channel();
        let (revoked, is_revoked) = watch::channel(false);
        let (ends, ended) = blocking::channel();
        let progress = Arc::new(Progress::new(first));
        let given = Ends { records: received, revoked: is_revoked, progress: Arc::clone(&progress), _ended: ends };
        Self { worker: start(given), records, revoked, progress, ended, is_paused: false, stored: None }
    }

    pub(super) fn give(&self, record: EventRecord) {
        self.progress.read(InHand::of(&record));
        // It is closed only if the worker has ended, and so the run ends; the record then is read again.
        let _ = self.records.send(record);
    }

    /// Whether so much of it was read that it has to be paused.
    pub(super) fn is_to_pause(&self) -> bool {
        !self.is_paused && self.progress.in_hand().is_full()
    }

    /// Whether it was paused, and half of what was read is done.
    pub(super) fn is_to_resume(&self) -> bool {
        self.is_paused && self.progress.in_hand().has_room()
    }

    /// The offset of the lowest record that is not done.
    pub(super) fn next(&self) -> i64 {
        self.progress.next()
    }

    /// Before it is revoked, a worker ends only by a panic, or with its runtime.
    pub(super) fn has_lost_its_worker(&self) -> bool {
        self.ended.try_recv() == Err(blocking::TryRecvError::Disconnected)
    }

    /// Its worker begins no further record.
    pub(super) fn revoke(&self) {
        // No receiver is a worker that has ended.
        let _ = self.revoked.send(true);
    }

    /// Whether the worker has ended, for which it is waited until then.
    pub(super) fn ends_by(&self, until: Instant) -> bool {
        let left = until.checked_duration_since(Instant::now()).unwrap_or(Duration::ZERO);
        // The worker sends nothing: it ends, or time is up.
        self.ended.recv_timeout(left) == Err(blocking::RecvTimeoutError::Disconnected)
    }

    /// Its handler is dropped where it awaits something.
    pub(super) fn abort(&self) {
        self.worker.abort();
    }
}
