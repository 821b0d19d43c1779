//! Spans leave after the response was posted and before the next invocation is asked for.
//!
//! Around the service that posts the response, this is the one moment at which a flush delays nobody: Lambda freezes
//! the process once it asks for the next invocation, not before.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use pin_project_lite::pin_project;
use tower::{Layer, Service};

use super::flush_policy::Backlog;
use crate::telemetry::{Telemetry, contained};

/// The longest a flush may take. A collector that hangs costs spans, and this much of billed time, never a record.
const BUDGET: Duration = Duration::from_millis(500);

/// What a flush leaves of the invocation's time: a process that asks for the next one too late is killed, and what it has
/// answered may not count.
const MARGIN: Duration = Duration::from_millis(50);

/// Wraps the service that answers invocations; `deadline` tells when Lambda will kill the one at hand.
///
/// Flushes are due as the telemetry's [`FlushPolicy`](super::FlushPolicy) says, which counts over all clones of the
/// service: a process may work on several invocations at once.
#[derive(Debug)]
pub struct FlushLayer<R> {
    telemetry: Telemetry,
    last: Arc<Mutex<LastFlush>>,
    deadline: fn(&R) -> SystemTime,
}

impl<R> FlushLayer<R> {
    /// For use with `lambda_runtime::Runtime::layer`.
    pub fn new(telemetry: Telemetry, deadline: fn(&R) -> SystemTime) -> Self {
        let last = LastFlush { invocations: 0, time: SystemTime::now() };
        Self { telemetry, last: Arc::new(Mutex::new(last)), deadline }
    }
}

impl<R> Clone for FlushLayer<R> {
    fn clone(&self) -> Self {
        Self { telemetry: self.telemetry.clone(), last: Arc::clone(&self.last), deadline: self.deadline }
    }
}

impl<S, R> Layer<S> for FlushLayer<R> {
    type Service = Flush<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        Flush { inner, layer: self.clone() }
    }
}

/// The service that [`FlushLayer`] makes.
#[derive(Debug)]
pub struct Flush<S, R> {
    inner: S,
    layer: FlushLayer<R>,
}

/// Requests need not be cloneable for it.
impl<S: Clone, R> Clone for Flush<S, R> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), layer: self.layer.clone() }
    }
}

impl<S: Service<R>, R> Service<R> for Flush<S, R> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = FlushFuture<S::Future, S::Response, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let deadline = (self.layer.deadline)(&request);
        let inner = self.inner.call(request);
        FlushFuture {
            state: State::Answering { inner },
            telemetry: self.layer.telemetry.clone(),
            last: Arc::clone(&self.layer.last),
            deadline,
            output: PhantomData,
        }
    }
}

pin_project! {
    /// Answers, then flushes, then is ready.
    #[allow(missing_debug_implementations)]
    pub struct FlushFuture<F, T, E> {
        #[pin]
        state: State<F, T, E>,
        telemetry: Telemetry,
        last: Arc<Mutex<LastFlush>>,
        deadline: SystemTime,
        output: PhantomData<Result<T, E>>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F, T, E> {
        Answering { #[pin] inner: F },
        Flushing { flush: Option<Pin<Box<dyn Future<Output = ()> + Send>>>, answer: Option<Result<T, E>> },
    }
}

impl<F: Future<Output = Result<T, E>>, T, E> Future for FlushFuture<F, T, E> {
    type Output = Result<T, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProjection::Answering { inner } => {
                    let answer = Some(ready!(inner.poll(cx)));
                    let flush = (!this.telemetry.is_off())
                        .then(|| Box::pin(flush(this.telemetry.clone(), Arc::clone(this.last), *this.deadline)) as _);
                    let flushing = State::Flushing { flush, answer };
                    // Replacing the inner future drops it, and with it every span it still holds open. It is replaced even
                    // if that panics.
                    contained(|| this.state.set(flushing));
                }
                StateProjection::Flushing { flush, answer } => {
                    if let Some(flush) = flush {
                        ready!(flush.as_mut().poll(cx));
                    }
                    return match answer.take() {
                        Some(answer) => Poll::Ready(answer),
                        // Polled again after it was ready, which futures need not support.
                        None => Poll::Pending,
                    };
                }
            }
        }
    }
}

async fn flush(telemetry: Telemetry, last: Arc<Mutex<LastFlush>>, deadline: SystemTime) {
    let now = SystemTime::now();
    if is_due(&telemetry, &last, now) {
        let left = deadline.duration_since(now).unwrap_or_default();
        telemetry.flush(BUDGET.min(left.saturating_sub(MARGIN))).await;
    }
}

fn is_due(telemetry: &Telemetry, last: &Mutex<LastFlush>, now: SystemTime) -> bool {
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    last.invocations = last.invocations.saturating_add(1);
    let age = now.duration_since(last.time).ok();
    let backlog = Backlog { invocations: last.invocations, is_full_batch: telemetry.has_full_batch(), age };
    let is_due = telemetry.flush_policy().is_due(backlog);
    if is_due {
        *last = LastFlush { invocations: 0, time: now };
    }
    is_due
}

/// By the clock on the wall, for others may stand still with the process.
#[derive(Debug)]
struct LastFlush {
    time: SystemTime,
    /// Since then.
    invocations: u32,
}

#[cfg(test)]
mod tests;
