//! One record, handed to the business code.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use futures_util::FutureExt as _;
use kinetrace::KeyNames;
use kinetrace::history::{self, ProcessOutcome, Relation};
use opentelemetry::Context;
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::FutureExt as _;
use tokio::time::Instant;

use crate::begun::Processed;
use crate::call::Call;
use crate::call_failure::CallFailure;
use crate::handler::Handler;
use crate::message::Message;
use crate::metrics::Metrics;
use crate::record::Record;
use crate::record_log::RecordLog;
use crate::transport::Transport;

/// What the messages of one invocation have in common.
pub(crate) struct Processing<'a, H> {
    pub(crate) handler: &'a H,
    pub(crate) tracer: &'a BoxedTracer,
    pub(crate) metrics: &'a Metrics,
    pub(crate) log: &'a RecordLog,
    /// The context of the invocation's span.
    pub(crate) invocation: &'a Context,
    /// Of each process span to the context of its message.
    pub(crate) relation: Relation,
    /// How spans name keys, if they do.
    pub(crate) key_names: Option<&'a KeyNames>,
    /// The function's name, if it has one.
    pub(crate) function: Option<Arc<str>>,
    pub(crate) request_id: &'a Arc<str>,
    /// When handlers are cut off.
    pub(crate) stop_by: Instant,
    /// How many batches were handed over as one.
    pub(crate) batches: &'a AtomicU64,
}

impl<H> Processing<'_, H> {
    pub(crate) fn is_time_up(&self) -> bool {
        Instant::now() >= self.stop_by
    }

    /// What tells of an entry that is not a record: its line, or an event where the log has no line for it.
    pub(crate) fn tell_unreadable(&self, line: history::Process) {
        if self.log.wants(line.outcome) {
            self.log.write(line);
        } else {
            let history::Process { shard, sequence_number, error, .. } = line;
            tracing::error!(shard_id = &*shard, %sequence_number, error, "a record cannot be read");
        }
    }
}

impl<H: Handler> Processing<'_, H> {
    /// Hands the record to the business code and tells what came of it.
    pub(crate) async fn process<T: Transport>(&self, message: Message) -> Processed {
        let (record, begun) = self.begin::<T>(message, self.invocation);
        let called = self.call(record, &begun.context, &begun.said).await;
        self.end(begun, called)
    }

    async fn call(&self, record: Record, context: &Context, said: &Call) -> Result<ProcessOutcome, CallFailure> {
        // The call itself is inside the future, so that a panic before its first await is caught as well.
        let call = async { self.handler.handle(record).await }.with_context(context.with_value(said.clone()));
        let called = tokio::time::timeout_at(self.stop_by, AssertUnwindSafe(call).catch_unwind()).await;
        match called {
            Ok(Ok(Ok(()))) if said.is_skipped() => Ok(ProcessOutcome::Skipped),
            Ok(Ok(Ok(()))) => Ok(ProcessOutcome::Succeeded),
            Ok(Ok(Err(failure))) => Err(CallFailure::of(&failure)),
            Ok(Err(panic)) => Err(CallFailure::panic(panic.as_ref())),
            Err(_) => Err(CallFailure::deadline()),
        }
    }
}
