//! The span `create <stream>` of one record, whose context travels with it.

use std::mem;

use kinetrace::__private::contained;
use kinetrace::__private::semantic_conventions::{self as names, Destination, Operation};
use kinetrace::{Fields, Injection};
use opentelemetry::trace::{SpanContext, SpanKind, SpanRef, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};

use crate::attempt::Stored;
use crate::failure::Failure;
use crate::trace_settings::TraceSettings;

/// Dropped before the record's fate is known, it ends with an error.
#[derive(Debug)]
pub(crate) struct CreateSpan {
    /// What the caller was doing.
    parent: Context,
    /// What travels: its current span is the create span or, without one, the caller's.
    context: Context,
    /// Without a create span, the current span is the caller's to end.
    is_own_and_open: bool,
}

impl CreateSpan {
    /// Of a record with this partition key, as its caller gave it: a carrier may replace it.
    pub(crate) fn start(parent: Context, (stream, key): (&str, Option<&str>), settings: &TraceSettings) -> Self {
        let own = if settings.create_spans { contained(|| start(&parent, stream, key, settings)) } else { None };
        let is_own_and_open = own.is_some();
        Self { context: own.unwrap_or_else(|| parent.clone()), parent, is_own_and_open }
    }

    pub(crate) fn parent(&self) -> &Context {
        &self.parent
    }

    pub(crate) fn span_context(&self) -> SpanContext {
        self.context.span().span_context().clone()
    }

    /// What the record is to carry.
    pub(crate) fn fields(&self, settings: &TraceSettings) -> Fields {
        settings.carrier.map(|_| settings.propagators.inject(&self.context)).unwrap_or_default()
    }

    /// The record arrived.
    pub(crate) fn arrive(&mut self, stored: &Stored, injection: Option<Injection>) {
        self.end(injection, |span| {
            span.set_attribute(KeyValue::new(names::MESSAGING_DESTINATION_PARTITION_ID, stored.shard_id.clone()));
            span.set_attribute(KeyValue::new(names::MESSAGING_MESSAGE_ID, stored.sequence_number.to_string()));
        });
    }

    /// The record did not arrive, or nobody knows.
    pub(crate) fn fail(&mut self, failure: &Failure, injection: Option<Injection>) {
        self.end(injection, |span| failure.tell(span));
    }

    fn end(&mut self, injection: Option<Injection>, describe: impl FnOnce(&SpanRef<'_>)) {
        if !mem::take(&mut self.is_own_and_open) {
            return;
        }
        contained(|| {
            let span = self.context.span();
            if let Some(injection) = injection {
                span.set_attribute(KeyValue::new(names::INJECTION, injection.to_string()));
            }
            describe(&span);
            span.end();
        });
    }
}

impl Drop for CreateSpan {
    fn drop(&mut self) {
        // The failure takes time to put into words, and most spans have ended.
        if self.is_own_and_open {
            self.fail(&Failure::abandoned(), None);
        }
        // These may be the last clones of the caller's context, and so end the caller's span.
        contained(|| drop(mem::take(&mut self.context)));
        contained(|| drop(mem::take(&mut self.parent)));
    }
}

fn start(parent: &Context, stream: &str, key: Option<&str>, settings: &TraceSettings) -> Context {
    let tracer = settings.tracer();
    let mut attributes = Operation::Create.attributes(&Destination::Kinesis(stream.into()));
    attributes.extend(key.and_then(|key| settings.key(key)));
    let span = tracer
        .span_builder(Operation::Create.span_name(stream))
        .with_kind(SpanKind::Producer)
        .with_attributes(attributes);
    parent.with_span(span.start_with_context(tracer, parent))
}
