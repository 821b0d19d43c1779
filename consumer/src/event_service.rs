//! The consumer as the service of a function that is invoked with events of any transport.

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};

use lambda_runtime::LambdaEvent;
use tower::Service;

use crate::any_handler::AnyHandler;
use crate::consumer::Consumer;
use crate::event::Event;
use crate::event_error::EventError;
use crate::event_response::EventResponse;
use crate::{kafka, kinesis};

impl<H: AnyHandler> Service<LambdaEvent<Event>> for Consumer<H> {
    type Response = EventResponse;
    type Error = EventError;
    type Future = Pin<Box<dyn Future<Output = Result<EventResponse, EventError>> + Send>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), EventError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, event: LambdaEvent<Event>) -> Self::Future {
        let consumer = self.clone();
        Box::pin(async move {
            let (event, lambda) = event.into_parts();
            match event {
                Event::Kinesis(event) => {
                    let answer = kinesis::service::process(&consumer, LambdaEvent::new(event, lambda)).await;
                    answer.map(EventResponse::Kinesis).map_err(EventError::Kinesis)
                }
                Event::Kafka(event) => {
                    let answer = kafka::service::process(&consumer, LambdaEvent::new(event, lambda)).await;
                    answer.map(EventResponse::Kafka).map_err(EventError::Kafka)
                }
            }
        })
    }
}

/// A [`Consumer`] as the service of a runtime: of the events that a consumer takes, it takes every kind. See
/// [`Consumer::into_service`].
#[derive(Debug)]
pub struct EventService<H>(Consumer<H>);

impl<H> Clone for EventService<H> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<H: AnyHandler> Service<LambdaEvent<Event>> for EventService<H> {
    type Response = EventResponse;
    type Error = EventError;
    type Future = <Consumer<H> as Service<LambdaEvent<Event>>>::Future;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), EventError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, event: LambdaEvent<Event>) -> Self::Future {
        self.0.call(event)
    }
}

impl<H: AnyHandler> Consumer<H> {
    /// The service for a `lambda_runtime::Runtime` of the program's own, which could not tell otherwise with which kind of
    /// event it is to call the consumer. See [`invocation_layer`](Self::invocation_layer).
    pub fn into_service(self) -> EventService<H> {
        EventService(self)
    }
}
