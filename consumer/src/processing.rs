//! What the messages of one invocation have in common.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use kinetrace::__private::RecordTracer;
use kinetrace::KeyNames;
use kinetrace::history::{self, Relation};
use opentelemetry::Context;
use opentelemetry::global::BoxedTracer;
use tokio::time::Instant;

use crate::call::{Caller, Terms};
use crate::done::Done;
use crate::metrics::Metrics;
use crate::record_log::RecordLog;

/// What the messages of one invocation have in common.
pub(crate) struct Processing<'a, H> {
    pub(crate) handler: &'a H,
    pub(crate) tracer: &'a BoxedTracer,
    /// The same, for spans of records.
    pub(crate) record_tracer: &'a RecordTracer,
    pub(crate) metrics: &'a Metrics,
    pub(crate) log: &'a RecordLog,
    /// The context of the invocation's span.
    pub(crate) invocation: &'a Context,
    /// Of each process span to the context of its message.
    pub(crate) relation: Relation,
    /// How spans name keys, if they do.
    pub(crate) key_names: Option<&'a KeyNames>,
    /// When handlers are cut off, and for whom they are called.
    pub(crate) terms: &'a Arc<Terms>,
    /// How many batches were handed over as one.
    pub(crate) batches: &'a AtomicU64,
    /// What is done is added here, where that is wanted.
    pub(crate) done: Option<&'a Done>,
}

impl<H> Processing<'_, H> {
    pub(crate) fn is_time_up(&self) -> bool {
        Instant::now() >= self.terms.stop_by
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.terms.caller
    }

    /// Reports an entry that is not a record: its line, or an event where the log has no line for it.
    pub(crate) fn tell_unreadable(&self, line: history::Process) {
        if self.log.wants(line.outcome) {
            self.log.write(line);
        } else {
            let history::Process { shard, sequence_number, error, .. } = line;
            tracing::error!(shard_id = &*shard, %sequence_number, error, "a record cannot be read");
        }
    }
}
