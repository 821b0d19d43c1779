//! The requests a runtime makes. Status codes are those of the documentation linked from the parent module.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use tokio::sync::{mpsc, oneshot, watch};

use super::extensions::Extensions;
use super::failure::FunctionError;
use super::invocation::{INVOCATION_ID, Invocation};
use super::reply::{accepted, refused};

/// 6 MB and a little, the number that Lambda's own error text names
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const LARGEST_RESPONSE: usize = 6 * 1024 * 1024 + 100;

type Answer = Result<Bytes, FunctionError>;

/// What a runtime does of its own accord.
#[derive(Debug)]
pub(super) enum Event {
    /// It asks for an invocation; the sender is closed when it hangs up.
    Asked(oneshot::Sender<Invocation>),
    InitFailed(FunctionError),
}

/// Where the two sides of one Runtime API meet.
#[derive(Debug)]
pub(super) struct Exchange {
    events: mpsc::UnboundedSender<Event>,
    pub(super) extensions: Arc<Extensions>,
    /// How many invocations may be in flight.
    pub(super) slots: usize,
    /// The runtime has asked for an invocation, and there is none.
    pub(super) rests: watch::Sender<bool>,
    /// By request id.
    in_flight: Mutex<HashMap<String, InFlight>>,
}

#[derive(Debug)]
struct InFlight {
    invocation_id: String,
    answer: oneshot::Sender<Answer>,
}

impl Exchange {
    pub(super) fn new(events: mpsc::UnboundedSender<Event>, slots: usize) -> Self {
        let (rests, _) = watch::channel(false);
        Self { events, extensions: Arc::default(), slots, rests, in_flight: Mutex::default() }
    }

    /// Puts the invocation in flight, before the runtime can see it.
    pub(super) fn begin(&self, invocation: &Invocation) -> oneshot::Receiver<Answer> {
        let (answer, answered) = oneshot::channel();
        let Invocation { request_id, invocation_id, .. } = invocation;
        self.in_flight().insert(request_id.clone(), InFlight { invocation_id: invocation_id.clone(), answer });
        answered
    }

    /// The runtime never got to see it.
    pub(super) fn take_back(&self, request_id: &str) {
        self.in_flight().remove(request_id);
    }

    fn end(&self, request_id: &str, headers: &HeaderMap, answer: Answer) -> Response {
        let echoed = headers.get(INVOCATION_ID).map(HeaderValue::as_bytes);
        let mut in_flight = self.in_flight();
        let is_current =
            |it: &InFlight| echoed.is_none_or(|invocation_id| invocation_id == it.invocation_id.as_bytes());
        let current = in_flight.get(request_id).is_some_and(is_current).then(|| in_flight.remove(request_id));
        match current.flatten() {
            Some(it) => {
                // Nobody listens when the invocation has timed out; the runtime is being ended then.
                drop(it.answer.send(answer));
                accepted()
            }
            None => refused(StatusCode::BAD_REQUEST, "InvalidRequestID", "no such invocation is in flight"),
        }
    }

    fn in_flight(&self) -> MutexGuard<'_, HashMap<String, InFlight>> {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn router(exchange: Arc<Exchange>) -> Router {
    let runtime = Router::new()
        .route("/invocation/next", get(next))
        .route("/invocation/{request_id}/response", post(response))
        .route("/invocation/{request_id}/error", post(error))
        .route("/init/error", post(init_error))
        .layer(DefaultBodyLimit::max(LARGEST_RESPONSE))
        .with_state(exchange);
    Router::new().nest("/2018-06-01/runtime", runtime)
}

async fn next(State(exchange): State<Arc<Exchange>>) -> Response {
    exchange.extensions.initialised().await;
    if exchange.in_flight().len() >= exchange.slots {
        let message = "answer an invocation in flight before asking for the next";
        return refused(StatusCode::FORBIDDEN, "InvalidStateTransition", message);
    }
    let _rest = Rest::begin(&exchange);
    let (asking, handed_out) = oneshot::channel();
    // When the other side is gone, so is the sender within, and the wait ends at once.
    drop(exchange.events.send(Event::Asked(asking)));
    match handed_out.await {
        Ok(invocation) => invocation.into_response(),
        Err(_) => refused(StatusCode::GONE, "Shutdown", "the execution environment is being ended"),
    }
}

/// The rest of a runtime with one slot: until it is handed an invocation, or hangs up. With several it never has any.
struct Rest<'a>(&'a watch::Sender<bool>);

impl<'a> Rest<'a> {
    fn begin(exchange: &'a Exchange) -> Self {
        exchange.rests.send_replace(exchange.slots == 1);
        Self(&exchange.rests)
    }
}

impl Drop for Rest<'_> {
    fn drop(&mut self) {
        self.0.send_replace(false);
    }
}

async fn response(
    State(exchange): State<Arc<Exchange>>,
    Path(request_id): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match body {
        Ok(body) => exchange.end(&request_id, &headers, Ok(body)),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let error = FunctionError::response_too_large(LARGEST_RESPONSE);
            let message = error.message.clone();
            exchange.end(&request_id, &headers, Err(error));
            refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
        }
        Err(rejection) => rejection.into_response(),
    }
}

async fn error(
    State(exchange): State<Arc<Exchange>>,
    Path(request_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    exchange.end(&request_id, &headers, Err(FunctionError::read(&headers, &body)))
}

async fn init_error(State(exchange): State<Arc<Exchange>>, headers: HeaderMap, body: Bytes) -> Response {
    drop(exchange.events.send(Event::InitFailed(FunctionError::read(&headers, &body))));
    accepted()
}
