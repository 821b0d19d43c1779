//! What a service answers, seen before the runtime makes a response of it.

use std::fmt::Display;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{self, Poll};

use kinetrace::__private::panic_message;
use pin_project_lite::pin_project;
use serde::Serialize;
use serde::de::IgnoredAny;
use tower::Service;

use super::invocation_span::mark_failed;

/// Has the span of a [`TraceLayer`](super::TraceLayer) tell how the service failed: by an error, by a panic, or by naming
/// records in `batchItemFailures`. The layer itself sees none of the three, because the runtime has made a response of them.
///
/// It goes around the service, inside the runtime. What it answers, and that it panics, stays as it is.
///
/// ```no_run
/// use kinetrace_consumer::trace_layer::{TraceLayer, marked};
/// use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
///
/// async fn handle(event: LambdaEvent<serde_json::Value>) -> Result<serde_json::Value, Error> {
///     Ok(serde_json::json!({"batchItemFailures": []}))
/// }
///
/// # async fn example() -> Result<(), Error> {
/// let layer = TraceLayer::from_env()?;
/// Runtime::new(marked(service_fn(handle))).layer(layer).run().await
/// # }
/// ```
pub fn marked<S>(service: S) -> Marked<S> {
    Marked(service)
}

/// A service whose failures the current span shows: see [`marked`].
#[derive(Debug, Clone)]
pub struct Marked<S>(S);

impl<S, Request> Service<Request> for Marked<S>
where
    S: Service<Request>,
    S::Response: Serialize,
    S::Error: Display,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = MarkedFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        MarkedFuture { inner: or_panic(|| self.0.call(request)) }
    }
}

pin_project! {
    /// Answers as the service does.
    #[derive(Debug)]
    pub struct MarkedFuture<F> {
        #[pin]
        inner: F,
    }
}

impl<F: Future<Output = Result<T, E>>, T: Serialize, E: Display> Future for MarkedFuture<F> {
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let inner = self.project().inner;
        let answer = or_panic(|| inner.poll(cx));
        match &answer {
            Poll::Ready(Ok(response)) => match failures(response) {
                0 => {}
                number => mark_failed(&format_args!("{number} records are reported as failed")),
            },
            Poll::Ready(Err(error)) => mark_failed(error),
            Poll::Pending => {}
        }
        answer
    }
}

fn or_panic<T>(work: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        mark_failed(&format_args!("panicked: {}", panic_message(panic.as_ref())));
        resume_unwind(panic)
    })
}

/// How many records the response names as failed.
fn failures(response: &impl Serialize) -> usize {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Response {
        #[serde(default)]
        batch_item_failures: Vec<IgnoredAny>,
    }
    let json = serde_json::to_vec(response).unwrap_or_default();
    serde_json::from_slice::<Response>(&json).map_or(0, |response| response.batch_item_failures.len())
}
