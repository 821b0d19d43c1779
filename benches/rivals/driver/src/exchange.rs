//! Where the driver and one environment meet: what the function is handed, and what it does, with the time of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use tokio::sync::{Mutex as AsyncMutex, mpsc};

/// Who asks for the next invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Runtime,
    /// An extension within the function that hears about invocations: Lambda bills until it asks for the next one, too.
    Extension,
}

/// What a function does of its own accord.
#[derive(Debug)]
pub(crate) enum Happening {
    Asked(Who, Instant),
    Answered(Instant, Bytes),
    /// It reported an error.
    Failed(Bytes),
}

/// The functions' side.
#[derive(Debug)]
pub(crate) struct Exchange {
    happenings: mpsc::UnboundedSender<Happening>,
    runtime: AsyncMutex<mpsc::UnboundedReceiver<Bytes>>,
    extension: AsyncMutex<mpsc::UnboundedReceiver<Bytes>>,
    handed_out: Mutex<Option<Instant>>,
    has_extension: AtomicBool,
}

/// The driver's side.
#[derive(Debug)]
pub(crate) struct Driver {
    pub(crate) happenings: mpsc::UnboundedReceiver<Happening>,
    runtime: mpsc::UnboundedSender<Bytes>,
    extension: mpsc::UnboundedSender<Bytes>,
}

pub(crate) fn exchange() -> (Exchange, Driver) {
    let (happenings, happened) = mpsc::unbounded_channel();
    let ((to_runtime, runtime), (to_extension, extension)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
    let (runtime, extension) = (AsyncMutex::new(runtime), AsyncMutex::new(extension));
    let exchange =
        Exchange { happenings, runtime, extension, handed_out: Mutex::default(), has_extension: AtomicBool::default() };
    (exchange, Driver { happenings: happened, runtime: to_runtime, extension: to_extension })
}

impl Driver {
    /// Nobody listens only if the function has ended, which the driver hears otherwise.
    pub(crate) fn hand_out(&self, event: Bytes, has_extension: bool) {
        if has_extension {
            drop(self.extension.send(Bytes::from_static(b"{}")));
        }
        drop(self.runtime.send(event));
    }
}

impl Exchange {
    /// Waits for the next event; `None` if there will be none.
    pub(crate) async fn next(&self, who: Who) -> Option<Bytes> {
        self.tell(Happening::Asked(who, Instant::now()));
        let desk = match who {
            Who::Runtime => &self.runtime,
            Who::Extension => &self.extension,
        };
        let event = desk.lock().await.recv().await;
        if who == Who::Runtime {
            *self.handed_out.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        event
    }

    pub(crate) fn tell(&self, happening: Happening) {
        // The driver may have heard enough.
        drop(self.happenings.send(happening));
    }

    /// When the last event began its way to the function.
    pub(crate) fn handed_out(&self) -> Option<Instant> {
        *self.handed_out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn register_extension(&self) {
        self.has_extension.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_extension(&self) -> bool {
        self.has_extension.load(Ordering::Relaxed)
    }
}
