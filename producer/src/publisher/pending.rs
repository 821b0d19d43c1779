//! A record between the caller's call and the answer that settles it.

use std::sync::Arc;
use std::time::Instant;

use kinetrace::history::{PutOutcome, TraceIds};
use kinetrace::semantic_conventions::{self as names, Operation};
use kinetrace::{Fields, HashKey, Injection, Order, Record, extract};
use opentelemetry::trace::{SpanContext, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::builder::Settings;
use crate::delivery::{Ack, Reason, SendError, Settled};
use crate::put::Stored;

#[derive(Debug)]
pub(crate) struct Pending {
    /// As it goes into the stream.
    record: Record,
    original: Original,
    order: Order,
    injection: Option<Injection>,
    /// What the caller was doing.
    parent: Context,
    /// Its current span is the create span, if there is one.
    context: Context,
    attempts: u32,
    first_attempt: Option<Instant>,
    /// An attempt ended without an answer, so the record may be in the stream already.
    doubtful: bool,
    sender: oneshot::Sender<Settled>,
    _room: OwnedSemaphorePermit,
}

/// What injection may have changed. The payload is not kept twice: it can be read back to the byte.
#[derive(Debug)]
struct Original {
    group: Arc<str>,
    explicit_hash_key: Option<HashKey>,
    bytes: usize,
}

impl Pending {
    pub(super) fn new(
        mut record: Record,
        order: Order,
        parent: &Context,
        settings: &Settings,
        room: OwnedSemaphorePermit,
        sender: oneshot::Sender<Settled>,
    ) -> Self {
        let original = Original {
            group: record.partition_key.as_str().into(),
            explicit_hash_key: record.explicit_hash_key,
            bytes: record.data.len(),
        };
        let context = if settings.create_spans { create_span(parent, settings) } else { parent.clone() };
        let injection = settings.carrier.map(|carrier| {
            let fields: Fields = settings.propagators.inject(&context);
            carrier.inject(&mut record, &fields, Some(order), settings.max_record_bytes)
        });
        if let Some(injection) = injection.filter(|_| settings.create_spans) {
            context.span().set_attribute(KeyValue::new(names::INJECTION, injection.to_string()));
        }
        Self {
            record,
            original,
            order,
            injection,
            parent: parent.clone(),
            context,
            attempts: 0,
            first_attempt: None,
            doubtful: false,
            sender,
            _room: room,
        }
    }

    pub(super) fn group(&self) -> Arc<str> {
        Arc::clone(&self.original.group)
    }

    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    pub(super) fn parent(&self) -> &Context {
        &self.parent
    }

    pub(super) fn span_context(&self) -> SpanContext {
        self.context.span().span_context().clone()
    }

    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(super) fn begin_attempt(&mut self, now: Instant) {
        self.attempts += 1;
        self.first_attempt.get_or_insert(now);
    }

    pub(super) fn first_attempt(&self) -> Option<Instant> {
        self.first_attempt
    }

    pub(super) fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Kinesis has it.
    pub(super) fn arrive(self, stored: Stored) {
        let span = self.context.span();
        if self.context_is_ours() {
            span.set_attribute(KeyValue::new(names::MESSAGING_DESTINATION_PARTITION_ID, stored.shard_id.clone()));
            span.set_attribute(KeyValue::new(names::MESSAGING_MESSAGE_ID, stored.sequence_number.to_string()));
            span.end();
        }
        let travels = self.injection == Some(Injection::Injected);
        let context = travels.then(|| trace_ids(self.context.span().span_context()));
        let Stored { shard_id, sequence_number } = stored;
        let ack = Ack { shard_id, sequence_number, order: self.order, injection: self.injection, context };
        // A caller that dropped the delivery does not want to know.
        let _ = self.sender.send(Ok(ack));
    }

    /// It is given up.
    pub(super) fn fail(self, reason: Reason, outcome: PutOutcome) {
        let outcome = if self.doubtful { PutOutcome::Unknown } else { outcome };
        if self.context_is_ours() {
            let span = self.context.span();
            span.set_attribute(KeyValue::new(names::ERROR_TYPE, "put"));
            span.set_status(Status::error(reason.to_string()));
            span.end();
        }
        let order = Some(self.order);
        let (sender, record) = self.into_original();
        let _ = sender.send(Err(Box::new(SendError { record: Some(record), order, reason, outcome })));
    }

    /// Without a create span, the current span is the caller's to end.
    fn context_is_ours(&self) -> bool {
        self.context.span().span_context() != self.parent.span().span_context()
    }

    fn into_original(self) -> (oneshot::Sender<Settled>, Record) {
        let mut record = self.record;
        if record.data.len() != self.original.bytes {
            record.data = extract(record.data.into(), None).payload.into();
        }
        record.partition_key = self.original.group.as_ref().to_owned();
        record.explicit_hash_key = self.original.explicit_hash_key;
        (self.sender, record)
    }
}

fn create_span(parent: &Context, settings: &Settings) -> Context {
    let span = settings
        .tracer
        .span_builder(Operation::Create.span_name(&settings.stream))
        .with_kind(SpanKind::Producer)
        .with_attributes(Operation::Create.attributes(&settings.stream));
    parent.with_span(span.start_with_context(&*settings.tracer, parent))
}

fn trace_ids(context: &SpanContext) -> TraceIds {
    TraceIds { trace_id: context.trace_id().to_string(), span_id: context.span_id().to_string() }
}
