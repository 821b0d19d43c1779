//! A record that is with the business code: its span, its measurement and its line, from the beginning to the end.

use std::ops::Deref;
use std::sync::Arc;

use kinetrace::__private::contained;
use kinetrace::__private::semantic_conventions as names;
use kinetrace::SequenceNumber;
use kinetrace::history::{self, ProcessOutcome, Relation};
use opentelemetry::trace::{Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};

use crate::call::Call;
use crate::call_failure::CallFailure;
use crate::message::Message;
use crate::metrics::Measurement;
use crate::processing::Processing;
use crate::record::Record;
use crate::record_line::{Ending, RecordLine};
use crate::transport::Transport;

/// A record that was begun.
pub(crate) struct Begun<'a> {
    /// Its span's, with the producer's baggage, and what a handler of this crate says of it.
    pub(crate) context: OpenSpan,
    relation: Option<Relation>,
    pub(crate) line: Option<RecordLine>,
    place: (Arc<str>, SequenceNumber),
    measurement: Measurement<'a>,
    /// The record, where it is wanted once it is done.
    wanted: Option<Record>,
}

/// The context of a record, whose span may be dropped before the record is done: with the future of a program that polls, say. It
/// would end as that of a record that succeeded.
pub(crate) struct OpenSpan {
    context: Context,
    has_ended: bool,
}

impl Deref for OpenSpan {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

impl Drop for OpenSpan {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        contained(|| {
            let span = self.context.span();
            span.set_attribute(KeyValue::new(names::ERROR_TYPE, "dropped"));
            span.set_status(Status::error("dropped before it was done"));
            span.end();
        });
    }
}

/// How a record ended, and its line, if it has one.
pub(crate) struct Processed {
    pub(crate) outcome: ProcessOutcome,
    pub(crate) line: Option<history::Process>,
}

impl Begun<'_> {
    pub(crate) fn sequence_number(&self) -> &SequenceNumber {
        &self.place.1
    }
}

impl<H> Processing<'_, H> {
    /// The record is about to be handed to the business code, below the span of `around`.
    pub(crate) fn begin<T: Transport>(&self, message: Message, around: &Context) -> (Record, Begun<'_>) {
        let span = message.context.span();
        let sender = Some(span.span_context()).filter(|sender| sender.is_valid());
        let (context, relation) = self.enter::<T>(&message, sender, around);
        let line = self.log.is_on().then(|| RecordLine::begin(&message.record, sender));
        let record = message.record;
        let place = (Arc::clone(&record.shard_id), record.sequence_number.clone());
        let measurement = self.metrics.begin::<T>(&record);
        let wanted = self.done.map(|_| record.clone());
        let context = OpenSpan { context: context.with_value(Call::on(self.terms)), has_ended: false };
        (record, Begun { context, relation, line, place, measurement, wanted })
    }

    /// Reports a record that was done by an earlier invocation.
    pub(crate) fn skip<T: Transport>(&self, message: Message) {
        let (_, begun) = self.begin::<T>(message, self.invocation);
        if let Some(line) = self.end(begun, &Ok(ProcessOutcome::Skipped)).line {
            self.log.write(line);
        }
    }

    /// Reports how a record ended.
    pub(crate) fn end(&self, begun: Begun<'_>, called: &Result<ProcessOutcome, CallFailure>) -> Processed {
        let Begun { mut context, relation, line, place, measurement, wanted } = begun;
        context.has_ended = true;
        let is_conflict = Call::is_conflict_in(&context);
        let (outcome, failure) = match called {
            Ok(outcome) => (*outcome, None),
            Err(failure) => (failure.outcome, Some(failure)),
        };
        if is_done(outcome)
            && let Some((done, record)) = self.done.zip(wanted)
        {
            done.add(record);
        }
        let line = line.filter(|_| self.log.wants(outcome)).map(|line| {
            let (span, error) = (context.span(), failure.map(|failure| failure.message.clone()));
            let ending = Ending { outcome, error, span: span.span_context(), relation };
            line.end(ending, self.caller())
        });
        if is_conflict {
            measurement.conflict();
        }
        match outcome {
            ProcessOutcome::Skipped => measurement.skip(),
            // Nobody knows what the business code did with it.
            ProcessOutcome::NotReached => drop(measurement),
            _ => measurement.end(failure.map(|failure| failure.error_type)),
        }
        if let Some(failure) = failure.filter(|_| line.is_none()) {
            let _current = context.clone().attach();
            failure.tell(&place.0, &place.1);
        }
        contained(|| end_span(&context, called.as_ref(), is_conflict));
        Processed { outcome, line }
    }
}

/// Whether the record need not be processed again.
pub(crate) fn is_done(outcome: ProcessOutcome) -> bool {
    match outcome {
        ProcessOutcome::Succeeded | ProcessOutcome::Skipped | ProcessOutcome::SkippedByHandler => true,
        ProcessOutcome::Failed | ProcessOutcome::NotReached => false,
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
