//! The consumer as the service of a mapping or a pipe that reads Kinesis.

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};

use kinetrace::__private::contained;
use lambda_runtime::LambdaEvent;
use opentelemetry::Context;
use opentelemetry::trace::{Status, TraceContextExt as _};

use crate::any_handler::AnyHandler;
use crate::batch_failed;
use crate::consumer::Consumer;
use crate::done::Known;
use crate::kinesis::answer::{Stop, answer};
use crate::kinesis::batch_error::BatchError;
use crate::kinesis::batch_response::BatchResponse;
use crate::kinesis::event::{KinesisEvent, RecordError};
use crate::kinesis::item_ids::ItemIds;
use crate::kinesis::transport::slots;
use crate::transport::Cause;

impl<H: AnyHandler> tower::Service<LambdaEvent<KinesisEvent>> for Consumer<H> {
    type Response = BatchResponse;
    type Error = BatchError;
    type Future = Pin<Box<dyn Future<Output = Result<BatchResponse, BatchError>> + Send>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), BatchError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, event: LambdaEvent<KinesisEvent>) -> Self::Future {
        let consumer = self.clone();
        Box::pin(async move { process(&consumer, event).await })
    }
}

pub(crate) async fn process<H: AnyHandler>(
    consumer: &Consumer<H>,
    event: LambdaEvent<KinesisEvent>,
) -> Result<BatchResponse, BatchError> {
    let (KinesisEvent { records, state, item_ids }, lambda) = event.into_parts();
    let count = records.len();
    let slots = slots(records, consumer.reader(), consumer.propagators());
    let end = |cuts: Vec<Result<Stop, Box<RecordError>>>, invocation: &Context| {
        // The event is one partition.
        let stop = cuts.into_iter().next().transpose();
        if let Ok(Some(Stop { sequence_number, cause: Cause::OutOfTime, .. })) = &stop {
            tracing::warn!(%sequence_number, "stopped before the deadline; the rest of the batch will come again");
        }
        let answer = answer_to(stop, count, item_ids.as_ref());
        contained(|| end_span(invocation, &answer));
        answer
    };
    consumer.invoke(&lambda, slots, Known::default(), end).await.map(|response| response.with_state(state))
}

/// A pipe knows records by other ids than their sequence numbers, so the answer can name one that has none.
fn answer_to(
    stop: Result<Option<Stop>, Box<RecordError>>,
    records: usize,
    item_ids: Option<&ItemIds>,
) -> Result<BatchResponse, BatchError> {
    let stop = match stop {
        Err(bad) if item_ids.is_some() => Some(Stop::at_nameless(&bad)),
        stop => stop.map_err(|bad| BatchError::Unidentified(*bad))?,
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
        Err(error) => batch_failed::mark(&span, error.error_type(), error),
    }
    span.end();
}
