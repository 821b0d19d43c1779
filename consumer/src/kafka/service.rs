//! The consumer as the service of a mapping that reads Kafka.

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};

use kinetrace::__private::contained;
use kinetrace::__private::semantic_conventions as names;
use kinetrace::__private::{MAX_TEXT, one_line};
use lambda_runtime::LambdaEvent;
use opentelemetry::trace::{Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};

use super::answer::{PartitionItems, answer};
use super::batch_error::BatchError;
use super::batch_response::BatchResponse;
use super::event::KafkaEvent;
use super::transport::slots;
use super::unfinished::Unfinished;
use crate::any_handler::AnyHandler;
use crate::consumer::Consumer;

impl<H: AnyHandler> tower::Service<LambdaEvent<KafkaEvent>> for Consumer<H> {
    type Response = BatchResponse;
    type Error = BatchError;
    type Future = Pin<Box<dyn Future<Output = Result<BatchResponse, BatchError>> + Send>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), BatchError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, event: LambdaEvent<KafkaEvent>) -> Self::Future {
        let consumer = self.clone();
        Box::pin(async move { process(&consumer, event).await })
    }
}

pub(crate) async fn process<H: AnyHandler>(
    consumer: &Consumer<H>,
    event: LambdaEvent<KafkaEvent>,
) -> Result<BatchResponse, BatchError> {
    let (KafkaEvent { partitions }, lambda) = event.into_parts();
    let items: Vec<_> = partitions.iter().map(PartitionItems::of).collect();
    let end = |unfinished: Vec<Unfinished>, invocation: &Context| {
        for Unfinished { partition_name, offset, .. } in unfinished.iter().filter(|it| it.is_out_of_time) {
            tracing::warn!(
                partition = &**partition_name,
                offset,
                "stopped before the deadline; the rest of the partition will come again"
            );
        }
        let answer = answer(unfinished, &items, consumer.kafka_answer());
        contained(|| end_span(invocation, &answer));
        answer
    };
    consumer.invoke(&lambda, slots(partitions, consumer.kafka_reading()), end).await
}

fn end_span(invocation: &Context, answer: &Result<BatchResponse, BatchError>) {
    let span = invocation.span();
    match answer {
        Ok(response) => {
            let items = response.items();
            let count = items.len();
            if let Some((partition, offset)) = items.into_iter().next() {
                span.set_status(Status::error(format!("{count} records left, from {partition} at offset {offset} on")));
            }
        }
        Err(error) => {
            span.set_attribute(KeyValue::new(names::ERROR_TYPE, error.error_type()));
            span.set_status(Status::error(one_line(&error.to_string(), MAX_TEXT).into_owned()));
        }
    }
    span.end();
}
