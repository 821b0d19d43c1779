//! The event of an invocation, read from its body before the runtime gets there.
//!
//! The runtime reads a body by serde, which goes through the whole text before [`Event`] may look at it. What can be read in one
//! pass is read around the runtime's service, which gets `null` in the place of the body, and is handed to the service within.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{self, Poll};

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::{Either, Map, Ready, ready};
use lambda_runtime::{Diagnostic, LambdaEvent, LambdaInvocation};
use tower::{Layer, Service};

use crate::event::Event;
use crate::event_response::EventResponse;

/// The events that were read and not taken yet, by the id of their invocation.
#[derive(Clone, Default)]
pub(crate) struct ReadAhead(Arc<Mutex<HashMap<String, Event>>>);

impl ReadAhead {
    fn put(&self, request_id: String, event: Event) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(request_id, event);
    }

    fn take(&self, request_id: &str) -> Option<Event> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(request_id)
    }

    /// The service within, which takes the event.
    pub(crate) fn within<S>(&self, service: S) -> TakeEvent<S> {
        TakeEvent { service, events: self.clone() }
    }
}

impl<S> Layer<S> for ReadAhead {
    type Service = ReadEvent<S>;

    fn layer(&self, inner: S) -> ReadEvent<S> {
        ReadEvent { inner, events: self.clone() }
    }
}

/// Around the runtime's service.
#[derive(Clone)]
pub(crate) struct ReadEvent<S> {
    inner: S,
    events: ReadAhead,
}

impl<S: Service<LambdaInvocation>> Service<LambdaInvocation> for ReadEvent<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut invocation: LambdaInvocation) -> S::Future {
        // Everything else is the runtime's to refuse, in its words.
        if let Some(event) = Event::in_one_pass(&invocation.body) {
            self.events.put(invocation.context.request_id.clone(), event);
            invocation.body = Bytes::from_static(b"null");
        }
        self.inner.call(invocation)
    }
}

/// Within the runtime's service.
#[derive(Clone)]
pub(crate) struct TakeEvent<S> {
    service: S,
    events: ReadAhead,
}

impl<S> Service<LambdaEvent<Option<Event>>> for TakeEvent<S>
where
    S: Service<LambdaEvent<Event>, Response = EventResponse, Error: Into<Diagnostic> + fmt::Debug>,
{
    type Response = EventResponse;
    type Error = Diagnostic;
    type Future = Either<
        Map<S::Future, fn(Result<EventResponse, S::Error>) -> Result<EventResponse, Diagnostic>>,
        Ready<Result<EventResponse, Diagnostic>>,
    >;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), Diagnostic>> {
        self.service.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, LambdaEvent { payload, context }: LambdaEvent<Option<Event>>) -> Self::Future {
        match payload.or_else(|| self.events.take(&context.request_id)) {
            Some(event) => Either::Left(
                self.service.call(LambdaEvent::new(event, context)).map(|answer| answer.map_err(Into::into)),
            ),
            None => Either::Right(ready(Err(nothing()))),
        }
    }
}

/// What the runtime answers to a body that is `null`.
fn nothing() -> Diagnostic {
    let error = Event::from_slice(b"null").err();
    Diagnostic {
        error_type: "lambda_runtime::deserializer::DeserializeError".to_owned(),
        error_message: format!(
            "failed to deserialize the incoming data into the function's payload type: {}\n",
            error.map(|it| it.to_string()).unwrap_or_default(),
        ),
    }
}

#[cfg(test)]
mod tests;
