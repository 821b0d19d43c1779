//! What the consumer and a handler of this crate tell each other of a record, besides the handler's result.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry::Context;
use tokio::time::Instant;

/// It travels in the context, as the span does: several records may be under way at once.
#[derive(Debug, Clone)]
pub(crate) struct Call(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    stop_by: Instant,
    is_skipped: AtomicBool,
}

impl Call {
    /// Of a handler that is cut off at this time.
    pub(crate) fn until(stop_by: Instant) -> Self {
        Self(Arc::new(Inner { stop_by, is_skipped: AtomicBool::new(false) }))
    }

    /// When the current handler is cut off; `None` where no consumer called it.
    pub(crate) fn stop_by() -> Option<Instant> {
        Context::map_current(|context| context.get::<Self>().map(|call| call.0.stop_by))
    }

    /// Says of the current record that it was not handed to the business code.
    pub(crate) fn skip() {
        Context::map_current(|context| {
            context.get::<Self>().map(|call| call.0.is_skipped.store(true, Ordering::Relaxed))
        });
    }

    /// Whether that was said.
    pub(crate) fn is_skipped(&self) -> bool {
        self.0.is_skipped.load(Ordering::Relaxed)
    }
}
