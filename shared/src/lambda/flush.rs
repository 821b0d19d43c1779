//! Spans leave after the response was posted and before the next invocation is asked for.
//!
//! Around the service that posts the response, this is the one moment at which a flush delays nobody: Lambda freezes
//! the process once it asks for the next invocation, not before.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::telemetry::{Telemetry, contained};

/// The longest a flush may take. A collector that hangs costs spans, and this much of billed time, never a record.
const BUDGET: Duration = Duration::from_millis(500);

/// Wraps the service that answers invocations; `deadline` tells when Lambda will kill the one at hand.
#[derive(Debug, Clone)]
pub struct FlushLayer<R> {
    telemetry: Telemetry,
    deadline: fn(&R) -> SystemTime,
}

impl<R> FlushLayer<R> {
    /// For use with `lambda_runtime::Runtime::layer`.
    pub fn new(telemetry: Telemetry, deadline: fn(&R) -> SystemTime) -> Self {
        Self { telemetry, deadline }
    }
}

impl<S, R> Layer<S> for FlushLayer<R> {
    type Service = Flush<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        Flush { inner, telemetry: self.telemetry.clone(), deadline: self.deadline }
    }
}

/// The service that [`FlushLayer`] makes.
#[derive(Debug)]
pub struct Flush<S, R> {
    inner: S,
    telemetry: Telemetry,
    deadline: fn(&R) -> SystemTime,
}

/// Whether requests can be cloned does not matter.
impl<S: Clone, R> Clone for Flush<S, R> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), telemetry: self.telemetry.clone(), deadline: self.deadline }
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
        let deadline = (self.deadline)(&request);
        let inner = self.inner.call(request);
        FlushFuture {
            state: State::Answering { inner },
            telemetry: self.telemetry.clone(),
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
        deadline: SystemTime,
        output: PhantomData<Result<T, E>>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F, T, E> {
        Answering { #[pin] inner: F },
        Flushing { flush: Pin<Box<dyn Future<Output = ()> + Send>>, answer: Option<Result<T, E>> },
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
                    let flush = flush(this.telemetry.clone(), *this.deadline);
                    let flushing = State::Flushing { flush: Box::pin(flush), answer };
                    // Replacing the inner future drops it, and with it every span it still holds open. It is replaced even
                    // if that panics.
                    contained(|| this.state.set(flushing));
                }
                StateProjection::Flushing { flush, answer } => {
                    ready!(flush.as_mut().poll(cx));
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

async fn flush(telemetry: Telemetry, deadline: SystemTime) {
    let left = deadline.duration_since(SystemTime::now()).unwrap_or_default();
    telemetry.flush(BUDGET.min(left)).await;
}

#[cfg(test)]
mod tests {
    use std::future::Ready;

    use opentelemetry::trace::{FutureExt as _, TraceContextExt as _, Tracer as _, WithContext};
    use opentelemetry_sdk::error::OTelSdkResult;
    use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};

    use super::*;
    use crate::propagators::Propagators;

    #[derive(Debug)]
    struct Panics;

    impl SpanProcessor for Panics {
        fn on_start(&self, _: &mut Span, _: &opentelemetry::Context) {}
        fn on_end(&self, _: SpanData) {
            panic!("a processor's bug");
        }
        fn force_flush(&self) -> OTelSdkResult {
            panic!("another bug");
        }
        fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
            Ok(())
        }
    }

    /// Answers with a future that holds a span.
    struct Answers(Telemetry);

    impl Service<()> for Answers {
        type Response = &'static str;
        type Error = ();
        type Future = WithContext<Ready<Result<&'static str, ()>>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, (): ()) -> Self::Future {
            let span = self.0.tracer().start("layer");
            std::future::ready(Ok("answer")).with_context(opentelemetry::Context::new().with_span(span))
        }
    }

    #[tokio::test]
    async fn a_span_processor_that_panics_costs_no_answer() {
        let provider = SdkTracerProvider::builder().with_span_processor(Panics).build();
        let telemetry = Telemetry::new(Some(provider), Propagators::default());
        let layer = FlushLayer::new(telemetry.clone(), |()| SystemTime::now() + Duration::from_secs(60));
        assert_eq!(layer.layer(Answers(telemetry)).call(()).await, Ok("answer"));
    }
}
