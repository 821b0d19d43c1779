//! One record: the span around the business code, its outcome, and the line about it.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::SystemTime;

use futures_util::FutureExt as _;
use kinetrace::history::{self, ProcessOutcome, Timestamp, TraceIds};
use kinetrace::semantic_conventions::{self as names, Operation};
use kinetrace::{Extraction, Propagators, extract};
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{FutureExt as _, Link, SpanContext, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};

use crate::event::EventRecord;
use crate::handler::Handler;
use crate::record::Record;

/// How a process span relates to the context of its record: the whole invocation continues it, or the span links to it.
pub(crate) use kinetrace::history::Relation;

/// A record, taken apart, with the context it carried.
pub(crate) struct Message {
    pub(crate) record: Record,
    /// What the producer sent along, baggage included.
    pub(crate) context: Context,
}

impl Message {
    pub(crate) fn read(record: EventRecord, propagators: &Propagators) -> Self {
        let Extraction { format, fields, order, payload } = extract(record.data, record.partition_key.as_deref());
        let record = Record {
            payload,
            partition_key: record.partition_key,
            stream: record.stream,
            shard_id: record.shard_id,
            sequence_number: record.sequence_number,
            order,
            arrival: record.arrival,
            format,
        };
        Self { context: propagators.extract(&fields), record }
    }

    fn sender(&self) -> Option<SpanContext> {
        Some(self.context.span().span_context().clone()).filter(SpanContext::is_valid)
    }

    /// The context for the business code: its current span is the process span, its baggage the producer's.
    fn start_span(&self, tracer: &BoxedTracer, invocation: &Context, relation: Relation) -> Context {
        let mut attributes = Operation::Process.attributes(&self.record.stream);
        attributes.extend([
            KeyValue::new(names::MESSAGING_DESTINATION_PARTITION_ID, self.record.shard_id.clone()),
            KeyValue::new(names::MESSAGING_MESSAGE_ID, self.record.sequence_number.to_string()),
            KeyValue::new(names::FORMAT, self.record.format.to_string()),
        ]);
        if let Some(age) = self.record.arrival.and_then(|arrival| SystemTime::now().duration_since(arrival).ok()) {
            attributes.push(KeyValue::new(names::RECORD_AGE_MS, i64::try_from(age.as_millis()).unwrap_or(i64::MAX)));
        }
        let link = self.sender().filter(|_| relation == Relation::Link).map(|sender| Link::new(sender, Vec::new(), 0));
        let span = tracer
            .span_builder(Operation::Process.span_name(&self.record.stream))
            .with_kind(SpanKind::Consumer)
            .with_attributes(attributes)
            .with_links(link.into_iter().collect());
        self.context.with_span(span.start_with_context(tracer, invocation))
    }

    /// Hands the record to the business code and tells what came of it.
    pub(crate) async fn process(
        self,
        handler: &impl Handler,
        tracer: &BoxedTracer,
        invocation: &Context,
        relation: Relation,
        request_id: &str,
    ) -> history::Process {
        let sender = self.sender();
        let context = self.start_span(tracer, invocation, relation);
        let record = self.record;
        let mut process = history::Process {
            stream: record.stream.clone(),
            group: record.partition_key.clone(),
            shard: record.shard_id.clone(),
            sequence_number: record.sequence_number.clone(),
            order: record.order,
            outcome: ProcessOutcome::Succeeded,
            error: None,
            start: Timestamp::now(),
            end: Timestamp::default(),
            request_id: request_id.to_owned(),
            format: record.format.to_string(),
            span: trace_ids(context.span().span_context()),
            relation: sender.as_ref().map(|_| relation),
            context: sender.as_ref().and_then(trace_ids),
            payload_crc32: crc32fast::hash(&record.payload),
        };
        // The call itself is inside the future, so that a panic before its first await is caught as well.
        let call = async { handler.handle(record).await }.with_context(context.clone());
        let result = match AssertUnwindSafe(call).catch_unwind().await {
            Ok(result) => result.map_err(|failure| ("failure", failure.to_string())),
            Err(panic) => Err(("panic", format!("panicked: {}", panic_message(panic.as_ref())))),
        };
        process.end = Timestamp::now();
        if let Err((error_type, message)) = result {
            context.span().set_attribute(KeyValue::new(names::ERROR_TYPE, error_type));
            context.span().set_status(Status::error(message.clone()));
            process.outcome = ProcessOutcome::Failed;
            process.error = Some(message);
        }
        context.span().end();
        process
    }
}

fn trace_ids(context: &SpanContext) -> Option<TraceIds> {
    context
        .is_valid()
        .then(|| TraceIds { trace_id: context.trace_id().to_string(), span_id: context.span_id().to_string() })
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("with a value that is no text")
}
