//! Collectors, well and ill.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use tokio::net::{TcpListener, TcpSocket};

use crate::Failure;

/// How long one that is slow takes for an answer.
const SLOW: Duration = Duration::from_millis(200);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// There is no telemetry, and nobody to send it to: what the others are compared with.
    Off,
    Healthy,
    Slow,
    /// Takes requests, and never answers one.
    Hung,
    /// Nobody listens.
    Refusing,
    Failing,
    /// And says when to come again, which exporters do not listen to.
    FailingWithRetryAfter,
    /// Which exporters take for a reason to come again,
    Unavailable,
    /// or to come again later.
    UnavailableWithRetryAfter,
}

impl Condition {
    pub(crate) const ALL: [Condition; 9] = [
        Condition::Off,
        Condition::Healthy,
        Condition::Slow,
        Condition::Hung,
        Condition::Refusing,
        Condition::Failing,
        Condition::FailingWithRetryAfter,
        Condition::Unavailable,
        Condition::UnavailableWithRetryAfter,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Condition::Off => "telemetry off",
            Condition::Healthy => "healthy",
            Condition::Slow => "slow: answers after 200 ms",
            Condition::Hung => "hung: never answers",
            Condition::Refusing => "refuses connections",
            Condition::Failing => "answers 500",
            Condition::FailingWithRetryAfter => "answers 500, Retry-After 1",
            Condition::Unavailable => "answers 503",
            Condition::UnavailableWithRetryAfter => "answers 503, Retry-After 1",
        }
    }

    async fn answer(self) -> Response {
        let (protobuf, later) = ([(CONTENT_TYPE, "application/x-protobuf")], [(RETRY_AFTER, "1")]);
        match self {
            // An export response without content has no bytes.
            Condition::Off | Condition::Healthy | Condition::Refusing => protobuf.into_response(),
            Condition::Slow => {
                tokio::time::sleep(SLOW).await;
                protobuf.into_response()
            }
            Condition::Hung => std::future::pending().await,
            Condition::Failing => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Condition::FailingWithRetryAfter => (StatusCode::INTERNAL_SERVER_ERROR, later).into_response(),
            Condition::Unavailable => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Condition::UnavailableWithRetryAfter => (StatusCode::SERVICE_UNAVAILABLE, later).into_response(),
        }
    }
}

/// Serves as long as the program runs.
#[derive(Debug)]
pub(crate) struct Collector {
    pub(crate) endpoint: String,
    requests: Arc<AtomicUsize>,
    /// Keeps a port without listening on it.
    _closed: Option<TcpSocket>,
}

impl Collector {
    pub(crate) async fn start(condition: Condition) -> Result<Self, Failure> {
        let requests = Arc::new(AtomicUsize::new(0));
        if condition == Condition::Refusing {
            let socket = TcpSocket::new_v4()?;
            socket.bind(([127, 0, 0, 1], 0).into())?;
            let endpoint = format!("http://{}", socket.local_addr()?);
            return Ok(Self { endpoint, requests, _closed: Some(socket) });
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let counter = Arc::clone(&requests);
        let router = Router::new().fallback(move || {
            counter.fetch_add(1, Ordering::Relaxed);
            condition.answer()
        });
        tokio::spawn(axum::serve(listener, router).into_future());
        Ok(Self { endpoint, requests, _closed: None })
    }

    /// How many have arrived.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}
