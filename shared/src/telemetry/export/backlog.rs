//! The spans that wait, what exports them, and those who wait for that.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::SpanData;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, Interval, interval_at};

use super::super::weight::weight;
use super::error::Cause;
use super::limits::Limits;
use super::losses::Losses;
use super::queue::{Export, Queue, Rank};
use super::span_export::{Size, SpanExport};
use super::thread::ExportThread;

/// Cloning shares it.
#[derive(Debug, Clone)]
pub(in crate::telemetry) struct Backlog(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    queue: Mutex<Queue<SpanData>>,
    export: SpanExport,
    limits: Limits,
    /// There may be something to export.
    work: Notify,
    /// An export is over.
    settled: Condvar,
    /// Nothing is exported any more.
    stop: Notify,
}

impl Backlog {
    /// It is also exported every `interval`, if there is one.
    pub(super) fn start(export: SpanExport, limits: Limits, interval: Option<Duration>, thread: &ExportThread) -> Self {
        let (work, settled, stop) = (Notify::new(), Condvar::new(), Notify::new());
        let inner = Arc::new(Inner { queue: Mutex::new(Queue::new(limits)), export, limits, work, settled, stop });
        thread.spawn(export_all(Arc::clone(&inner), interval));
        Self(inner)
    }

    /// So much has ended since the last flush that an export begins by itself, or one is in flight.
    pub(in crate::telemetry) fn has_full_batch(&self) -> bool {
        self.0.queue().has_full_batch()
    }

    /// A span has ended. Nobody is held up by more than a look at the queue.
    pub(super) fn push(&self, span: SpanData, rank: Rank) {
        let bytes = weight(&span);
        let (lost, is_due) = {
            let mut queue = self.0.queue();
            (queue.push(span, bytes, rank), queue.is_due())
        };
        if is_due {
            self.0.work.notify_one();
        }
        self.losses().lost(Cause::NoRoom, lost.count(), || no_room(self.0.limits));
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
            lost => {
                Err(OTelSdkError::InternalFailure(format!("{lost} spans were lost; a warning of kinetrace says why")))
            }
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

impl Inner {
    fn queue(&self) -> MutexGuard<'_, Queue<SpanData>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn export_all(inner: Arc<Inner>, interval: Option<Duration>) {
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

async fn export_one(inner: Arc<Inner>, export: Export, spans: Vec<SpanData>) {
    let _settles = Settles { inner: &inner, export, count: spans.len() };
    if inner.export.export(spans).await == Size::TooLarge {
        inner.queue().shrink(export.bytes);
    }
}

/// Marks an export as over, even if it panics.
struct Settles<'a> {
    inner: &'a Inner,
    export: Export,
    count: usize,
}

impl Drop for Settles<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let why = || "an export panicked, which is a bug".to_owned();
            self.inner.export.losses().lost(Cause::Panicked, self.count, why);
        }
        self.inner.queue().settle(self.export);
        self.inner.settled.notify_all();
    }
}
