//! What the consumer and a handler of this crate tell each other about a record, in addition to the handler's result.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::Context;
use tokio::time::Instant;

/// How long before a handler is cut off what it waits for is given up, so that it can say what that was.
const DEADLINE_MARGIN: Duration = Duration::from_millis(10);

/// It travels in the context, as the span does: several records may be in flight at once.
#[derive(Debug)]
pub(crate) struct Call {
    terms: Arc<Terms>,
    is_skipped: AtomicBool,
    is_conflict: AtomicBool,
}

/// What the calls of handlers that are cut off at one time have in common.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) stop_by: Instant,
    pub(crate) caller: Caller,
}

/// For whom a handler is called.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    /// The function's name, if it has one.
    pub(crate) function: Option<Arc<str>>,
    /// Of the invocation; empty where there is none.
    pub(crate) request_id: Arc<str>,
}

/// In the context of a handler: a skip that it says is not decided yet, for something around it may make a failure of it.
#[derive(Debug)]
pub(crate) struct SkipPending;

impl SkipPending {
    pub(crate) fn is_current() -> bool {
        Context::map_current(|context| context.get::<Self>().is_some())
    }
}

impl Call {
    /// Of a handler, of which nothing is said yet.
    pub(crate) fn on(terms: &Arc<Terms>) -> Self {
        let (is_skipped, is_conflict) = Default::default();
        Self { terms: Arc::clone(terms), is_skipped, is_conflict }
    }

    /// For whom the handler in this context is called; nobody where no consumer called it.
    pub(crate) fn caller(context: &Context) -> Caller {
        context.get::<Self>().map(|call| call.terms.caller.clone()).unwrap_or_default()
    }

    /// When the current handler is cut off; `None` where no consumer called it.
    fn stop_by() -> Option<Instant> {
        Context::map_current(|context| context.get::<Self>().map(|call| call.terms.stop_by))
    }

    /// As long as the current handler has, without an end where no consumer called it. `None` if that is too long: a handler
    /// that is cut off cannot say what it waited for.
    pub(crate) async fn in_time<T>(answer: impl Future<Output = T>) -> Option<T> {
        let Some(stop_by) = Self::stop_by() else { return Some(answer.await) };
        let stop_by = stop_by.checked_sub(DEADLINE_MARGIN).unwrap_or(stop_by);
        tokio::time::timeout_at(stop_by, answer).await.ok()
    }

    /// Says of the current record that it was not handed to the business code.
    pub(crate) fn skip() {
        Context::map_current(Self::skip_in);
    }

    /// The same of the record whose context this is.
    pub(crate) fn skip_in(context: &Context) {
        Self::say(context, |call| &call.is_skipped);
    }

    /// Says of the current record that another one of its number was processed before.
    pub(crate) fn conflict() {
        Context::map_current(Self::conflict_in);
    }

    /// The same of the record whose context this is.
    pub(crate) fn conflict_in(context: &Context) {
        Self::say(context, |call| &call.is_conflict);
    }

    fn say(context: &Context, flag: impl FnOnce(&Self) -> &AtomicBool) {
        if let Some(call) = context.get::<Self>() {
            flag(call).store(true, Ordering::Relaxed);
        }
    }

    /// Whether the record whose context this is was skipped.
    pub(crate) fn is_skipped_in(context: &Context) -> bool {
        context.get::<Self>().is_some_and(|call| call.is_skipped.load(Ordering::Relaxed))
    }

    /// Whether another one of its number was processed before.
    pub(crate) fn is_conflict_in(context: &Context) -> bool {
        context.get::<Self>().is_some_and(|call| call.is_conflict.load(Ordering::Relaxed))
    }
}
