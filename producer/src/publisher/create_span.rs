//! The span `create <stream>` of one record, whose context travels with it.

use std::mem;

use kinetrace::semantic_conventions::{self as names, Operation};
use kinetrace::telemetry::contained;
use kinetrace::{Fields, Injection};
use opentelemetry::trace::{SpanContext, SpanKind, SpanRef, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};

use super::builder::Settings;
use crate::attempt::Stored;
use crate::delivery::Reason;

#[derive(Debug)]
pub(super) struct CreateSpan {
    /// What the caller was doing.
    parent: Context,
    /// What travels: its current span is the create span or, without one, the caller's.
    context: Context,
    /// Without a create span, the current span is the caller's to end.
    is_own: bool,
}

impl CreateSpan {
    pub(super) fn start(parent: Context, settings: &Settings) -> Self {
        let own = if settings.create_spans { contained(|| start(&parent, settings)) } else { None };
        let is_own = own.is_some();
        Self { context: own.unwrap_or_else(|| parent.clone()), parent, is_own }
    }

    pub(super) fn parent(&self) -> &Context {
        &self.parent
    }

    pub(super) fn span_context(&self) -> SpanContext {
        self.context.span().span_context().clone()
    }

    /// What the record is to carry.
    pub(super) fn fields(&self, settings: &Settings) -> Fields {
        settings.carrier.map(|_| settings.propagators.inject(&self.context)).unwrap_or_default()
    }

    /// The record arrived.
    pub(super) fn arrive(&self, stored: &Stored, injection: Option<Injection>) {
        self.end(injection, |span| {
            span.set_attribute(KeyValue::new(names::MESSAGING_DESTINATION_PARTITION_ID, stored.shard_id.clone()));
            span.set_attribute(KeyValue::new(names::MESSAGING_MESSAGE_ID, stored.sequence_number.to_string()));
        });
    }

    /// The record was given up.
    pub(super) fn fail(&self, reason: &Reason, injection: Option<Injection>) {
        self.end(injection, |span| {
            span.set_attribute(KeyValue::new(names::ERROR_TYPE, "put"));
            span.set_status(Status::error(reason.to_string()));
        });
    }

    fn end(&self, injection: Option<Injection>, describe: impl FnOnce(&SpanRef<'_>)) {
        if !self.is_own {
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
    /// These may be the last clones of the caller's context, and so end the caller's span.
    fn drop(&mut self) {
        contained(|| drop(mem::take(&mut self.context)));
        contained(|| drop(mem::take(&mut self.parent)));
    }
}

fn start(parent: &Context, settings: &Settings) -> Context {
    let span = settings
        .tracer
        .span_builder(Operation::Create.span_name(&settings.stream))
        .with_kind(SpanKind::Producer)
        .with_attributes(Operation::Create.attributes(&settings.stream));
    parent.with_span(span.start_with_context(&*settings.tracer, parent))
}
