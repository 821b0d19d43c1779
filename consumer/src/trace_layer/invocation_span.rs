//! The span around a service's work on an invocation.

use std::fmt::Display;

use kinetrace::__private::contained;
use kinetrace::__private::{MAX_TEXT, one_line};
use opentelemetry::Context;
use opentelemetry::trace::{Status, TraceContextExt as _};

/// Says that the current span failed, and why: for a service inside a [`TraceLayer`](super::TraceLayer), whose error has
/// become a response when the layer sees it.
///
/// ```
/// use kinetrace_consumer::trace_layer::mark_failed;
/// use lambda_runtime::{Error, LambdaEvent};
///
/// async fn handle(event: LambdaEvent<serde_json::Value>) -> Result<(), Error> {
///     work(event.payload).await.inspect_err(mark_failed)
/// }
/// # async fn work(_: serde_json::Value) -> Result<(), Error> { Ok(()) }
/// ```
pub fn mark_failed(error: &impl Display) {
    contained(|| Context::map_current(|context| context.span().set_status(status(error))));
}

/// On one line of bounded length, whatever the error quotes.
fn status(error: &dyn Display) -> Status {
    Status::error(one_line(&error.to_string(), MAX_TEXT).into_owned())
}

/// Ends the span of `context` when it is dropped, at the latest.
#[derive(Debug)]
pub(super) struct InvocationSpan {
    context: Context,
    is_over: bool,
}

impl InvocationSpan {
    pub(super) fn new(context: Context) -> Self {
        Self { context, is_over: false }
    }

    pub(super) fn end(&mut self, error: Option<&dyn Display>) {
        self.is_over = true;
        contained(|| {
            let span = self.context.span();
            if let Some(error) = error {
                span.set_status(status(error));
            }
            span.end();
        });
    }
}

impl Drop for InvocationSpan {
    fn drop(&mut self) {
        if !self.is_over {
            self.end(Some(&"dropped before it was answered"));
        }
    }
}
