//! One invocation: record by record, in order, up to the first failure.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{self, Poll};
use std::time::{Duration, SystemTime};

use kinetrace::history::ProcessOutcome;
use kinetrace::lambda::Invocation;
use kinetrace::semantic_conventions as names;
use kinetrace::telemetry::contained;
use kinetrace::{Reader, Telemetry};
use lambda_runtime::{Diagnostic, LambdaEvent};
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};

use crate::batch_response::BatchResponse;
use crate::event::{BadRecord, KinesisEvent};
use crate::handler::Handler;
use crate::process::{Message, Relation};
use crate::record_log::RecordLog;

/// No record is begun with less than this left: Lambda kills a function at its deadline, and would then send again
/// what was processed already, too.
const DEADLINE_MARGIN: Duration = Duration::from_millis(100);

/// The service that [`run`](crate::run()) gives to the Lambda runtime, for those who put layers of their own around it.
#[derive(Debug)]
pub struct Consumer<H>(Arc<Inner<H>>);

#[derive(Debug)]
struct Inner<H> {
    handler: H,
    reader: Reader,
    telemetry: Telemetry,
    tracer: BoxedTracer,
    log: RecordLog,
    warm: AtomicBool,
}

impl<H> Clone for Consumer<H> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// A record failed whose sequence number cannot be read, so that only the whole batch can be failed.
#[derive(Debug, thiserror::Error)]
#[error("the whole batch fails, for Lambda cannot be told where to start again: {0}")]
pub struct Unidentified(#[from] BadRecord);

impl From<Unidentified> for Diagnostic {
    fn from(error: Unidentified) -> Self {
        Self { error_type: "kinetrace.UnidentifiedRecord".to_owned(), error_message: error.to_string() }
    }
}

impl<H: Handler> Consumer<H> {
    /// A consumer that hands the records that `reader` finds to `handler`.
    pub fn new(handler: H, reader: Reader, telemetry: Telemetry, log: RecordLog) -> Self {
        let tracer = telemetry.tracer();
        Self(Arc::new(Inner { handler, reader, telemetry, tracer, log, warm: AtomicBool::new(false) }))
    }
}

impl<H: Handler> tower::Service<LambdaEvent<KinesisEvent>> for Consumer<H> {
    type Response = BatchResponse;
    type Error = Unidentified;
    type Future = Pin<Box<dyn Future<Output = Result<BatchResponse, Unidentified>> + Send>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), Unidentified>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, event: LambdaEvent<KinesisEvent>) -> Self::Future {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { inner.invoke(event).await })
    }
}

impl<H: Handler> Inner<H> {
    async fn invoke(&self, event: LambdaEvent<KinesisEvent>) -> Result<BatchResponse, Unidentified> {
        let (event, lambda) = event.into_parts();
        let messages = self.messages(event);
        let (parent, relation) = relate(&messages);
        let invocation = Invocation {
            function_name: &lambda.env_config.function_name,
            invoked_arn: &lambda.invoked_function_arn,
            request_id: &lambda.request_id,
            trigger: names::TRIGGER_PUBSUB,
            cold_start: !self.warm.swap(true, Ordering::Relaxed),
            xray_trace_id: lambda.xray_trace_id.as_deref(),
        };
        let invocation = invocation.start(&self.tracer, &parent);
        if messages.len() != 1 {
            let count = i64::try_from(messages.len()).unwrap_or(i64::MAX);
            let count = KeyValue::new(names::MESSAGING_BATCH_MESSAGE_COUNT, count);
            contained(|| invocation.span().set_attribute(count));
        }
        let answer = self.process_in_order(messages, &invocation, relation, &lambda).await;
        contained(|| end_span(&invocation, &answer));
        answer
    }

    /// Every message of the event, in its order. A record that cannot be read stands where its messages would.
    fn messages(&self, event: KinesisEvent) -> Vec<Result<Message, BadRecord>> {
        let mut messages = Vec::with_capacity(event.records.len());
        for record in event.records {
            match record {
                Ok(record) => {
                    messages.extend(Message::read(record, self.reader, self.telemetry.propagators()).map(Ok));
                }
                Err(bad) => messages.push(Err(bad)),
            }
        }
        messages
    }

    async fn process_in_order(
        &self,
        messages: Vec<Result<Message, BadRecord>>,
        invocation: &Context,
        relation: Relation,
        lambda: &lambda_runtime::Context,
    ) -> Result<BatchResponse, Unidentified> {
        for message in messages {
            let message = match message {
                Ok(message) => message,
                Err(bad) => return stop_at_bad_record(bad),
            };
            let sequence_number = message.record.sequence_number.clone();
            if !has_time(lambda.deadline()) {
                tracing::warn!(%sequence_number, "stopped before the deadline; the rest of the batch will come again");
                return Ok(BatchResponse::stopped_at(sequence_number.as_str()));
            }
            let process = message.process(&self.handler, &self.tracer, invocation, relation, &lambda.request_id).await;
            let outcome = process.outcome;
            self.log.write(process);
            if outcome == ProcessOutcome::Failed {
                return Ok(BatchResponse::stopped_at(sequence_number.as_str()));
            }
        }
        Ok(BatchResponse::done())
    }
}

fn end_span(invocation: &Context, answer: &Result<BatchResponse, Unidentified>) {
    let span = invocation.span();
    match answer {
        Ok(response) => {
            if let Some(record) = response.stop() {
                span.set_status(Status::error(format!("stopped at record {record}")));
            }
        }
        Err(error) => span.set_status(Status::error(error.to_string())),
    }
    span.end();
}

/// `auto`: a record that is alone in its invocation is continued by the whole invocation; several are linked to.
fn relate(messages: &[Result<Message, BadRecord>]) -> (Context, Relation) {
    match messages {
        [Ok(message)] => (message.context.clone(), Relation::Parent),
        _ => (Context::new(), Relation::Link),
    }
}

fn stop_at_bad_record(bad: BadRecord) -> Result<BatchResponse, Unidentified> {
    tracing::error!(index = bad.index, shard = bad.shard_id, sequence_number = ?bad.sequence_number, "{bad}");
    match &bad.sequence_number {
        Some(sequence_number) => Ok(BatchResponse::stopped_at(sequence_number.as_str())),
        None => Err(bad.into()),
    }
}

fn has_time(deadline: SystemTime) -> bool {
    deadline.duration_since(SystemTime::now()).is_ok_and(|left| left >= DEADLINE_MARGIN)
}
