//! One invocation: its span, its messages, its answer.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{self, Poll};

use kinetrace::history::Relation;
use kinetrace::lambda::{Invocation, deadline};
use kinetrace::semantic_conventions as names;
use kinetrace::telemetry::contained;
use kinetrace::{MAX_TEXT, Telemetry, one_line};
use lambda_runtime::LambdaEvent;
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};

use crate::batch::{self, Slot};
use crate::configuration::{Configuration, RelationPolicy};
use crate::handler::{Handler, IntoHandler};
use crate::kinesis::answer::{Stop, answer};
use crate::kinesis::batch_error::BatchError;
use crate::kinesis::batch_response::BatchResponse;
use crate::kinesis::event::{BadRecord, EventRecord, KinesisEvent};
use crate::kinesis::item_ids::ItemIds;
use crate::kinesis::message::Waiting;
use crate::metrics::Metrics;
use crate::process::Processing;
use crate::record_log::RecordLog;

/// The service that [`run`](crate::run()) gives to the Lambda runtime, for those who put layers of their own around it.
#[derive(Debug)]
pub struct Consumer<H>(Arc<Inner<H>>);

#[derive(Debug)]
struct Inner<H> {
    handler: H,
    configuration: Configuration,
    telemetry: Telemetry,
    tracer: BoxedTracer,
    metrics: Metrics,
    log: RecordLog,
    warm: AtomicBool,
}

impl<H> Clone for Consumer<H> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<H: Handler> Consumer<H> {
    /// A consumer that hands records to `handler`.
    pub fn new<M>(
        handler: impl IntoHandler<M, Handler = H>,
        configuration: Configuration,
        telemetry: Telemetry,
        log: RecordLog,
    ) -> Self {
        let handler = handler.with_state(());
        let reader = configuration.reader.for_propagators(telemetry.propagators());
        let configuration = Configuration { reader, ..configuration };
        let (tracer, metrics) = (telemetry.tracer(), Metrics::new(telemetry.clone()));
        Self(Arc::new(Inner { handler, configuration, telemetry, tracer, metrics, log, warm: AtomicBool::new(false) }))
    }
}

impl<H: Handler> tower::Service<LambdaEvent<KinesisEvent>> for Consumer<H> {
    type Response = BatchResponse;
    type Error = BatchError;
    type Future = Pin<Box<dyn Future<Output = Result<BatchResponse, BatchError>> + Send>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), BatchError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, event: LambdaEvent<KinesisEvent>) -> Self::Future {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { inner.invoke(event).await })
    }
}

impl<H: Handler> Inner<H> {
    async fn invoke(&self, event: LambdaEvent<KinesisEvent>) -> Result<BatchResponse, BatchError> {
        let (KinesisEvent { records, state, item_ids }, lambda) = event.into_parts();
        let count = records.len();
        let slots = self.slots(records);
        let (parent, relation) = relate(&slots, self.configuration.relation);
        let invocation = Invocation {
            function_name: &lambda.env_config.function_name,
            invoked_arn: &lambda.invoked_function_arn,
            request_id: &lambda.request_id,
            trigger: names::TRIGGER_PUBSUB,
            cold_start: !self.warm.swap(true, Ordering::Relaxed),
            xray_trace_id: lambda.xray_trace_id.as_deref(),
        };
        let invocation = invocation.start(&self.tracer, &parent);
        if slots.len() != 1 {
            let count = i64::try_from(slots.len()).unwrap_or(i64::MAX);
            let count = KeyValue::new(names::MESSAGING_BATCH_MESSAGE_COUNT, count);
            contained(|| invocation.span().set_attribute(count));
        }
        let processing = Processing {
            handler: &self.handler,
            tracer: &self.tracer,
            metrics: &self.metrics,
            invocation: &invocation,
            relation,
            reader: self.configuration.reader,
            key_names: self.configuration.key_attribute.then(|| self.log.named()),
            function: function(&lambda.env_config.function_name),
            request_id: &lambda.request_id.as_str().into(),
            stop_by: batch::stop_by(deadline(lambda.deadline())),
        };
        let stop = batch::process(slots, &self.configuration, &processing, &self.log).await;
        let answer = answer_to(stop, count, item_ids.as_ref());
        contained(|| end_span(&invocation, &answer));
        answer.map(|response| response.with_state(state))
    }

    /// Every message of the event, in its order, those of aggregates unread. A record that cannot be read stands where its
    /// messages would.
    fn slots(&self, records: Vec<Result<EventRecord, BadRecord>>) -> Vec<Slot> {
        let mut slots = Vec::with_capacity(records.len());
        for (index, record) in records.into_iter().enumerate() {
            match record {
                Ok(record) => {
                    let waiting = Waiting::all_of(record, self.configuration.reader, self.telemetry.propagators());
                    slots.extend(waiting.map(|waiting| Slot::Waiting { index, waiting }));
                }
                Err(bad) => slots.push(Slot::Bad(Box::new(bad))),
            }
        }
        slots
    }
}

/// A pipe knows records by other ids than their sequence numbers, so it can be told of one that has none.
fn answer_to(
    stop: Result<Option<Stop>, BadRecord>,
    records: usize,
    item_ids: Option<&ItemIds>,
) -> Result<BatchResponse, BatchError> {
    let stop = match stop {
        Err(bad) if item_ids.is_some() => Some(Stop::at_nameless(&bad)),
        stop => stop?,
    };
    answer(stop, records, item_ids)
}

fn end_span(invocation: &Context, answer: &Result<BatchResponse, BatchError>) {
    let span = invocation.span();
    match answer {
        Ok(response) => {
            if let Some(record) = response.stop() {
                span.set_status(Status::error(format!("stopped at record {record}")));
            }
        }
        Err(error) => {
            span.set_attribute(KeyValue::new(names::ERROR_TYPE, error.error_type()));
            span.set_status(Status::error(one_line(&error.to_string(), MAX_TEXT).into_owned()));
        }
    }
    span.end();
}

/// The name for the lines of its records.
fn function(name: &str) -> Option<Arc<str>> {
    (!name.is_empty()).then(|| name.into())
}

/// What the invocation continues, and how the process spans relate to their messages.
fn relate(slots: &[Slot], policy: RelationPolicy) -> (Context, Relation) {
    match (slots, policy) {
        ([Slot::Waiting { waiting: Waiting::Read(message), .. }], RelationPolicy::Auto | RelationPolicy::Parent) => {
            (message.context.clone(), Relation::Parent)
        }
        (_, RelationPolicy::Parent) => (Context::new(), Relation::Parent),
        (_, RelationPolicy::Auto | RelationPolicy::Link) => (Context::new(), Relation::Link),
    }
}
