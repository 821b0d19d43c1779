//! One record: the span around the business code, its outcome, and the line about it.

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use kinetrace::__private::semantic_conventions::{self as names, Operation};
use kinetrace::__private::{JsonFault, panic_message};
use kinetrace::__private::{contained, stand_in};
use kinetrace::KeyNames;
use kinetrace::history::{self, ProcessOutcome, Relation};
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{FutureExt as _, Link, SpanContext, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};
use tokio::time::Instant;

use crate::call::Call;
use crate::call_failure::CallFailure;
use crate::handler::Handler;
use crate::message::Message;
use crate::metrics::Metrics;
use crate::record::Record;
use crate::record_line::{Ending, RecordLine};
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
}

/// How a record ended, and its line, if it has one.
pub(crate) struct Processed {
    pub(crate) outcome: ProcessOutcome,
    pub(crate) line: Option<history::Process>,
}

impl<H: Handler> Processing<'_, H> {
    pub(crate) fn is_time_up(&self) -> bool {
        Instant::now() >= self.stop_by
    }

    /// The context for the business code, its baggage the producer's, and how its current span relates to the sender.
    ///
    /// If the process span cannot be made, the invocation's is the current one.
    fn enter<T: Transport>(&self, message: &Message, sender: Option<&SpanContext>) -> (Context, Option<Relation>) {
        let relation = sender.map(|_| self.relation);
        if let Some(context) = contained(|| self.start_span::<T>(message, sender)) {
            return (context, relation);
        }
        (stand_in(&message.context, self.invocation), relation.filter(|relation| *relation == Relation::Parent))
    }

    fn start_span<T: Transport>(&self, message: &Message, sender: Option<&SpanContext>) -> Context {
        let Message { record, context, .. } = message;
        let mut attributes = T::span_attributes(record);
        attributes.push(KeyValue::new(names::FORMAT, record.format.name()));
        if let Some(age) = record.age() {
            attributes.push(KeyValue::new(names::RECORD_AGE_MS, i64::try_from(age.as_millis()).unwrap_or(i64::MAX)));
        }
        attributes.extend(self.key(message));
        let (parent, link) = self.relate(context, sender);
        let span = self
            .tracer
            .span_builder(Operation::Process.span_name(&record.stream))
            .with_kind(SpanKind::Consumer)
            .with_attributes(attributes)
            .with_links(link.map(|link| Link::new(link, Vec::new(), 0)).into_iter().collect());
        context.with_span(span.start_with_context(self.tracer, parent))
    }

    fn key(&self, message: &Message) -> Option<KeyValue> {
        let key = message.key.as_ref()?;
        Some(match self.key_names?.name(key) {
            Cow::Borrowed(_) => KeyValue::new(names::RECORD_KEY, Arc::clone(key)),
            Cow::Owned(name) => KeyValue::new(names::RECORD_KEY, name),
        })
    }

    /// The process span's parent, and what it links to: of invocation and sender, whichever is not the parent, unless the
    /// invocation continues the sender's trace already.
    fn relate<'a>(&'a self, context: &'a Context, sender: Option<&SpanContext>) -> (&'a Context, Option<SpanContext>) {
        let Some(sender) = sender else { return (self.invocation, None) };
        if self.relation == Relation::Link {
            return (self.invocation, Some(sender.clone()));
        }
        let invocation = self.invocation.span();
        let invocation = invocation.span_context();
        if invocation.trace_id() == sender.trace_id() {
            return (self.invocation, None);
        }
        (context, Some(invocation.clone()).filter(SpanContext::is_valid))
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

    /// Hands the record to the business code and tells what came of it.
    pub(crate) async fn process<T: Transport>(&self, message: Message) -> Processed {
        let sender = message.sender();
        let (context, relation) = self.enter::<T>(&message, sender.as_ref());
        let record = message.record;
        let line = self.log.is_on().then(|| RecordLine::begin(&record, sender.as_ref()));
        let place = (Arc::clone(&record.shard_id), record.sequence_number.clone());
        let measurement = self.metrics.begin::<T>(&record);
        let said = Call::until(self.stop_by);
        let called = self.call(record, &context, &said).await;
        let (outcome, failure) = match &called {
            Ok(outcome) => (*outcome, None),
            Err(failure) => (failure.outcome, Some(failure)),
        };
        let line = line.filter(|_| self.log.wants(outcome)).map(|line| {
            let (span, error) = (context.span(), failure.map(|failure| failure.message.clone()));
            let ending = Ending { outcome, error, span: span.span_context(), relation };
            line.end(ending, self.function.clone(), Arc::clone(self.request_id))
        });
        if said.is_conflict() {
            measurement.conflict();
        }
        match outcome {
            ProcessOutcome::Skipped => measurement.skip(),
            _ => measurement.end(failure.map(|failure| failure.error_type)),
        }
        if let Some(failure) = failure.filter(|_| line.is_none()) {
            let _current = context.clone().attach();
            failure.tell(&place.0, &place.1);
        }
        contained(|| end_span(&context, called.as_ref(), said.is_conflict()));
        Processed { outcome, line }
    }

    async fn call(&self, record: Record, context: &Context, said: &Call) -> Result<ProcessOutcome, CallFailure> {
        // The call itself is inside the future, so that a panic before its first await is caught as well.
        let call = async { self.handler.handle(record).await }.with_context(context.with_value(said.clone()));
        let called = tokio::time::timeout_at(self.stop_by, AssertUnwindSafe(call).catch_unwind()).await;
        match called {
            Ok(Ok(Ok(()))) if said.is_skipped() => Ok(ProcessOutcome::Skipped),
            Ok(Ok(Ok(()))) => Ok(ProcessOutcome::Succeeded),
            Ok(Ok(Err(failure))) => Err(CallFailure::of(&failure)),
            Ok(Err(panic)) => {
                let message = panic_message(panic.as_ref());
                Err(CallFailure::new("panic", format!("panicked: {}", JsonFault::unquoted(message))))
            }
            Err(_) => Err(CallFailure::new("deadline", "cut off, for the invocation's time was up".to_owned())),
        }
    }
}

fn end_span(context: &Context, called: Result<&ProcessOutcome, &CallFailure>, is_conflict: bool) {
    let span = context.span();
    if is_conflict {
        span.set_attribute(KeyValue::new(names::CONFLICT, true));
    }
    match called {
        Ok(ProcessOutcome::Skipped) => span.set_attribute(KeyValue::new(names::DUPLICATE, true)),
        Ok(_) => {}
        Err(CallFailure { error_type, message, .. }) => {
            span.set_attribute(KeyValue::new(names::ERROR_TYPE, *error_type));
            span.set_status(Status::error(message.clone()));
        }
    }
    span.end();
}
