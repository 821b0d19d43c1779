//! One record: the span around the business code, its outcome, and the line about it.

use std::panic::AssertUnwindSafe;
use std::time::SystemTime;

use futures_util::FutureExt as _;
use kinetrace::history::{self, ProcessOutcome, Timestamp, TraceIds};
use kinetrace::semantic_conventions::{self as names, Operation};
use kinetrace::telemetry::{contained, stand_in};
use kinetrace::{Extraction, Propagators, Reader, panic_message};
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
    /// One message, or those that were packed into an aggregate.
    pub(crate) fn read<'a>(
        record: EventRecord,
        reader: Reader,
        propagators: &'a Propagators,
    ) -> impl Iterator<Item = Self> + use<'a> {
        let extractions = reader.read(record.data.clone(), record.partition_key.as_deref());
        extractions.into_iter().map(move |extraction| Self::new(&record, extraction, propagators))
    }

    fn new(record: &EventRecord, extraction: Extraction, propagators: &Propagators) -> Self {
        let Extraction { format, fields, order, payload, user_record, .. } = extraction;
        let (partition_key, explicit_hash_key, sub_sequence_number) = match user_record {
            Some(own) => (Some((*own.partition_key).to_owned()), own.explicit_hash_key, Some(own.sub_sequence_number)),
            None => (record.partition_key.clone(), None, None),
        };
        let record = Record {
            payload,
            partition_key,
            explicit_hash_key,
            stream: record.stream.clone(),
            shard_id: record.shard_id.clone(),
            sequence_number: record.sequence_number.clone(),
            sub_sequence_number,
            order,
            arrival: record.arrival,
            format,
        };
        Self { context: propagators.extract(&fields), record }
    }

    fn sender(&self) -> Option<SpanContext> {
        Some(self.context.span().span_context().clone()).filter(SpanContext::is_valid)
    }

    /// The context for the business code, its baggage the producer's, and how its current span relates to the sender.
    ///
    /// If the process span cannot be made, the invocation's is the current one.
    fn enter(&self, tracer: &BoxedTracer, invocation: &Context, relation: Relation) -> (Context, Option<Relation>) {
        let relation = self.sender().map(|_| relation);
        if let Some(context) = contained(|| self.start_span(tracer, invocation, relation)) {
            return (context, relation);
        }
        (stand_in(&self.context, invocation), relation.filter(|relation| *relation == Relation::Parent))
    }

    fn start_span(&self, tracer: &BoxedTracer, invocation: &Context, relation: Option<Relation>) -> Context {
        let mut attributes = Operation::Process.attributes(&self.record.stream);
        attributes.extend([
            KeyValue::new(names::MESSAGING_DESTINATION_PARTITION_ID, self.record.shard_id.clone()),
            KeyValue::new(names::MESSAGING_MESSAGE_ID, self.record.sequence_number.to_string()),
            KeyValue::new(names::FORMAT, self.record.format.to_string()),
        ]);
        if let Some(age) = self.record.arrival.and_then(|arrival| SystemTime::now().duration_since(arrival).ok()) {
            attributes.push(KeyValue::new(names::RECORD_AGE_MS, i64::try_from(age.as_millis()).unwrap_or(i64::MAX)));
        }
        let link =
            self.sender().filter(|_| relation == Some(Relation::Link)).map(|sender| Link::new(sender, Vec::new(), 0));
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
        let sender = self.sender().as_ref().and_then(TraceIds::of);
        let (context, relation) = self.enter(tracer, invocation, relation);
        let record = self.record;
        let mut process = history::Process {
            stream: record.stream.clone(),
            group: record.partition_key.clone(),
            shard: record.shard_id.clone(),
            sequence_number: record.sequence_number.clone(),
            sub_sequence_number: record.sub_sequence_number,
            order: record.order,
            outcome: ProcessOutcome::Succeeded,
            error: None,
            start: Timestamp::now(),
            end: Timestamp::default(),
            request_id: request_id.to_owned(),
            format: record.format.to_string(),
            // Where telemetry is off, the sender's span passes for the current one.
            span: TraceIds::of(context.span().span_context()).filter(|span| sender.as_ref() != Some(span)),
            relation,
            context: sender.clone(),
            payload_crc32: crc32fast::hash(&record.payload),
        };
        let failure = call(handler, record, &context).await.err();
        process.end = Timestamp::now();
        contained(|| end_span(&context, failure.as_ref()));
        if let Some(failure) = failure {
            process.outcome = ProcessOutcome::Failed;
            process.error = Some(failure.message);
        }
        process
    }
}

/// The business code failed, or panicked.
struct CallFailure {
    error_type: &'static str,
    message: String,
}

async fn call(handler: &impl Handler, record: Record, context: &Context) -> Result<(), CallFailure> {
    // The call itself is inside the future, so that a panic before its first await is caught as well.
    let call = async { handler.handle(record).await }.with_context(context.clone());
    match AssertUnwindSafe(call).catch_unwind().await {
        Ok(result) => result.map_err(|failure| CallFailure { error_type: "failure", message: failure.to_string() }),
        Err(panic) => {
            let message = format!("panicked: {}", panic_message(panic.as_ref()));
            Err(CallFailure { error_type: "panic", message })
        }
    }
}

fn end_span(context: &Context, failure: Option<&CallFailure>) {
    let span = context.span();
    if let Some(CallFailure { error_type, message }) = failure {
        span.set_attribute(KeyValue::new(names::ERROR_TYPE, *error_type));
        span.set_status(Status::error(message.clone()));
    }
    span.end();
}
