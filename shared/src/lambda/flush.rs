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

use super::course::Course;
use crate::contained::contained;
use crate::lines::warn;
use crate::telemetry::{BUDGET, Telemetry};

/// What a flush leaves of the invocation's time: a process that asks for the next one too late is killed, and what it has
/// answered may not count.
const MARGIN: Duration = Duration::from_millis(50);

/// Wraps the service that answers invocations; `deadline` tells when Lambda will kill the current one.
///
/// Flushes are due as the telemetry's [`FlushPolicy`](crate::FlushPolicy) says, which counts over all clones of the
/// service: a process may work on several invocations at once.
#[derive(Debug)]
pub struct FlushLayer<R> {
    telemetry: Telemetry,
    course: Arc<Mutex<Course>>,
    deadline: fn(&R) -> SystemTime,
}

impl<R> FlushLayer<R> {
    /// For use with `lambda_runtime::Runtime::layer`.
    pub fn new(telemetry: Telemetry, deadline: fn(&R) -> SystemTime) -> Self {
        Self { telemetry, course: Arc::new(Mutex::new(Course::new(SystemTime::now()))), deadline }
    }
}

impl<R> Clone for FlushLayer<R> {
    fn clone(&self) -> Self {
        Self { telemetry: self.telemetry.clone(), course: Arc::clone(&self.course), deadline: self.deadline }
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
        let deadline = super::deadline((self.layer.deadline)(&request));
        let inner = self.inner.call(request);
        FlushFuture {
            state: State::Answering { inner },
            telemetry: self.layer.telemetry.clone(),
            course: Arc::clone(&self.layer.course),
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
        course: Arc<Mutex<Course>>,
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
                    this.telemetry.propagators().first_dropped().into_iter().for_each(warn);
                    let flush = (!this.telemetry.is_off())
                        .then(|| Box::pin(flush(this.telemetry.clone(), Arc::clone(this.course), *this.deadline)) as _);
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

async fn flush(telemetry: Telemetry, course: Arc<Mutex<Course>>, deadline: SystemTime) {
    flush_at(SystemTime::now(), &telemetry, &course, deadline).await;
}

async fn flush_at(now: SystemTime, telemetry: &Telemetry, course: &Mutex<Course>, deadline: SystemTime) {
    let course = || course.lock().unwrap_or_else(PoisonError::into_inner);
    let (mark, backlog) = {
        let mut course = course();
        (course.answered(now), course.backlog(now, telemetry.has_full_batch()))
    };
    let left = deadline.duration_since(now).unwrap_or_default().saturating_sub(MARGIN);
    // An export that begins without time to end would stand still with the process.
    if !left.is_zero() && telemetry.flush_policy().is_due(backlog) && telemetry.is_flushed(BUDGET.min(left)).await {
        course().flushed(mark);
    }
}

#[cfg(test)]
mod tests;
