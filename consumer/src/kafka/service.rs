//! The consumer as the service of a mapping that reads Kafka.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};

use kinetrace::__private::contained;
use lambda_runtime::LambdaEvent;
use opentelemetry::Context;
use opentelemetry::trace::{Status, TraceContextExt as _};

use super::answer::{PartitionItems, answer};
use super::batch_error::BatchError;
use super::batch_response::BatchResponse;
use super::event::KafkaEvent;
use super::repeats::{Parts, Repeats, add_to};
use super::transport::{Kafka, Waiting, slots};
use super::unfinished::Unfinished;
use crate::any_handler::AnyHandler;
use crate::batch::{Slot, State};
use crate::batch_failed;
use crate::consumer::Consumer;
use crate::done::{Done, Known};

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
    let mut left = HashSet::new();
    let end = |unfinished: Vec<Unfinished>, invocation: &Context| {
        left.extend(unfinished.iter().map(|it| it.partition));
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
    let mut slots = slots(partitions, consumer.kafka_reading());
    let Some(repeats) = consumer.kafka_repeats().map(|known| take_repeats(&mut slots, &known)) else {
        return consumer.invoke(&lambda, slots, Known::default(), end).await;
    };
    let (parts, done) = (parts(&slots, &repeats), Done::default());
    let answer = consumer.invoke(&lambda, slots, Known { repeats, done: Some(&done) }, end).await;
    if let Some(mut known) = consumer.kafka_repeats() {
        known.settle(parts, |place| answer.is_err() || left.contains(&place), done.into_records());
    }
    answer
}

/// What an earlier invocation has done is not handed over again.
fn take_repeats(slots: &mut Vec<Slot<Kafka>>, known: &Repeats) -> Vec<Waiting> {
    let repeats = slots.extract_if(.., |slot| match &slot.state {
        State::Waiting(waiting) => known.has(waiting.record()),
        _ => false,
    });
    let waiting = |slot: Slot<Kafka>| match slot.state {
        State::Waiting(waiting) => Some(waiting),
        _ => None,
    };
    repeats.filter_map(waiting).collect()
}

fn parts(slots: &[Slot<Kafka>], repeats: &[Waiting]) -> Parts {
    let left = slots.iter().filter_map(|slot| match &slot.state {
        State::Waiting(waiting) => Some(waiting),
        _ => None,
    });
    let mut parts = Parts::new();
    for waiting in left.chain(repeats) {
        add_to(&mut parts, waiting.partition(), waiting.record());
    }
    parts
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
        Err(error) => batch_failed::mark(&span, error.error_type(), error),
    }
    span.end();
}
