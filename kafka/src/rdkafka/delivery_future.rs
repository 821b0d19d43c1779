//! A record that was queued, and how it ends.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ::rdkafka::producer;

use super::failure::{canceled, failure};
use crate::send_span::SendSpan;

/// What [`send_result`](crate::Traced::send_result) of a traced `FutureProducer` returns: rdkafka's own
/// [`DeliveryFuture`](producer::DeliveryFuture), with the same output, which ends the record's span as it resolves.
///
/// Dropping it stops no record. Its span ends there, with neither a place nor an error.
#[must_use = "the record is on its way, and only this tells how it ends"]
pub struct DeliveryFuture {
    delivery: producer::DeliveryFuture,
    /// `None` once it has resolved.
    span: Option<SendSpan>,
}

impl DeliveryFuture {
    pub(super) fn new(delivery: producer::DeliveryFuture, span: SendSpan) -> Self {
        Self { delivery, span: Some(span) }
    }
}

impl Future for DeliveryFuture {
    type Output = <producer::DeliveryFuture as Future>::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let output = ready!(Pin::new(&mut self.delivery).poll(cx));
        if let Some(span) = self.span.take() {
            end(span, &output);
        }
        Poll::Ready(output)
    }
}

impl Drop for DeliveryFuture {
    fn drop(&mut self) {
        if let Some(span) = self.span.take() {
            span.let_go();
        }
    }
}

impl fmt::Debug for DeliveryFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeliveryFuture").field("span", &self.span).finish_non_exhaustive()
    }
}

/// What the producer says of the record at last.
pub(super) fn end(span: SendSpan, output: &<producer::DeliveryFuture as Future>::Output) {
    match output {
        Ok(Ok(delivery)) => span.deliver(delivery.partition, delivery.offset),
        Ok(Err((error, _))) => span.fail(&failure(error)),
        Err(_) => span.fail(&canceled()),
    }
}
