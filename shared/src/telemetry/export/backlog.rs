//! The spans or log records that wait, what exports them, and those who wait for that.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, Interval, interval_at};

use super::batch_export::{BatchExport, Size};
use super::encoder::Encode;
use super::error::Cause;
use super::limits::Limits;
use super::losses::Losses;
use super::queue::{Export, Queue, Rank};
use super::thread::ExportThread;

/// Cloning shares it.
pub(super) struct Backlog<E: Encode>(Arc<Inner<E>>);

struct Inner<E: Encode> {
    queue: Mutex<Queue<E::Item>>,
    export: BatchExport<E>,
    limits: Limits,
    /// There may be something to export.
    work: Notify,
    /// An export is over: for those who block their thread until then, and for those who do not.
    settled: Condvar,
    settles: Notify,
    /// Nothing is exported any more.
    stop: Notify,
}

impl<E: Encode> Clone for Backlog<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<E: Encode> fmt::Debug for Backlog<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backlog").field("limits", &self.0.limits).finish_non_exhaustive()
    }
}

impl<E: Encode> Backlog<E> {
    /// It is also exported every `interval`, if there is one.
    pub(super) fn start(
        export: BatchExport<E>,
        limits: Limits,
        interval: Option<Duration>,
        thread: &ExportThread,
    ) -> Self {
        let (work, settled, settles, stop) = (Notify::new(), Condvar::new(), Notify::new(), Notify::new());
        let queue = Mutex::new(Queue::new(limits));
        let inner = Arc::new(Inner { queue, export, limits, work, settled, settles, stop });
        thread.spawn(export_all(Arc::clone(&inner), interval));
        Self(inner)
    }

    /// So much has ended since the last flush that an export begins by itself, or one is in flight.
    pub(super) fn has_full_batch(&self) -> bool {
        self.0.queue().has_full_batch()
    }

    /// A span has ended, say. Nobody is held up by more than a look at the queue.
    pub(super) fn push(&self, item: E::Item, bytes: usize, rank: Rank) {
        let (lost, is_due) = {
            let mut queue = self.0.queue();
            (queue.push(item, bytes, rank), queue.is_due())
        };
        if is_due {
            self.0.work.notify_one();
        }
        self.losses().lost(Cause::NoRoom, lost.count(), || no_room(self.0.limits));
    }

    /// Whether all that has ended is sent or lost by now. If not, it is to be sent now.
    pub(super) fn is_settled(&self) -> bool {
        let mut queue = self.0.queue();
        let number = queue.flush();
        queue.is_settled(number)
    }

    /// When all that has ended by now is sent or lost.
    pub(super) async fn settles(&self) {
        let number = self.0.queue().flush();
        self.0.work.notify_one();
        loop {
            // It counts from here on, so that none is missed.
            let settles = self.0.settles.notified();
            if self.0.queue().is_settled(number) {
                return;
            }
            settles.await;
        }
    }

    /// Until all that has ended is sent or lost. Blocks the thread, which must not be the one that exports.
    pub(super) fn wait(&self, patience: Duration) -> OTelSdkResult {
        let lost = self.losses().total();
        let mut queue = self.0.queue();
        let number = queue.flush();
        self.0.work.notify_one();
        let waited = self.0.settled.wait_timeout_while(queue, patience, |queue| !queue.is_settled(number));
        let (queue, result) = waited.unwrap_or_else(PoisonError::into_inner);
        drop(queue);
        match self.losses().total() - lost {
            _ if result.timed_out() => Err(OTelSdkError::Timeout(patience)),
            0 => Ok(()),
            lost => Err(OTelSdkError::InternalFailure(format!("{lost} were lost; a warning of kinetrace says why"))),
        }
    }

    /// The same for the last time.
    pub(super) fn end(&self, patience: Duration) -> OTelSdkResult {
        self.0.queue().close();
        let result = self.wait(patience);
        let lost = self.0.queue().give_up();
        self.losses().lost(Cause::Ended, lost, || {
            format!("they waited when the program ended, and the collector did not take them within {patience:?}")
        });
        self.losses().tell_rest();
        self.0.stop.notify_one();
        result
    }

    fn losses(&self) -> &Losses {
        self.0.export.losses()
    }
}

fn no_room(limits: Limits) -> String {
    let number = match limits.spans {
        usize::MAX => String::new(),
        spans => format!("{spans} of them (OTEL_BSP_MAX_QUEUE_SIZE), and for "),
    };
    format!(
        "too many wait for the collector: there is room for {number}{} MiB. It is slow or hangs, or more end than can be \
         sent. No record is held up by that",
        limits.bytes >> 20
    )
}

impl<E: Encode> Inner<E> {
    fn queue(&self) -> MutexGuard<'_, Queue<E::Item>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn export_all<E: Encode>(inner: Arc<Inner<E>>, interval: Option<Duration>) {
    let mut clock = interval.and_then(|interval| {
        let interval = interval.max(Duration::from_millis(1));
        Some(interval_at(Instant::now().checked_add(interval)?, interval))
    });
    // Dropped, it ends them.
    let mut exports = JoinSet::new();
    loop {
        loop {
            let Some((export, spans)) = inner.queue().next_batch() else { break };
            exports.spawn(export_one(Arc::clone(&inner), export, spans));
        }
        tokio::select! {
            () = inner.stop.notified() => return,
            () = inner.work.notified() => {}
            Some(_) = exports.join_next() => {}
            () = tick(clock.as_mut()) => { inner.queue().flush(); }
        }
    }
}

async fn tick(clock: Option<&mut Interval>) {
    match clock {
        Some(clock) => _ = clock.tick().await,
        None => std::future::pending().await,
    }
}

async fn export_one<E: Encode>(inner: Arc<Inner<E>>, export: Export, items: Vec<Box<E::Item>>) {
    let _settles = Settles { inner: &inner, export, count: items.len() };
    if inner.export.export(items).await == Size::TooLarge {
        inner.queue().shrink(export.bytes);
    }
}

/// Marks an export as over, even if it panics.
struct Settles<'a, E: Encode> {
    inner: &'a Inner<E>,
    export: Export,
    count: usize,
}

impl<E: Encode> Drop for Settles<'_, E> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let why = || "an export panicked, which is a bug".to_owned();
            self.inner.export.losses().lost(Cause::Panicked, self.count, why);
        }
        self.inner.queue().settle(self.export);
        self.inner.settled.notify_all();
        self.inner.settles.notify_waiters();
    }
}
