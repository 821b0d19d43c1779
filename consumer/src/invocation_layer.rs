//! What goes around the service that answers invocations, and the runtime that calls it.

use std::fmt;

use kinetrace::Telemetry;
use kinetrace::lambda::{Error, Flush, FlushLayer};
use lambda_runtime::{Diagnostic, LambdaEvent, LambdaInvocation, Runtime};
use tower::{Layer, Service};

use crate::any_handler::AnyHandler;
use crate::consumer::Consumer;
use crate::event::Event;
use crate::event_response::EventResponse;
use crate::read_ahead::ReadAhead;
use crate::request_id::Named;

/// For `lambda_runtime::Runtime::layer`: log lines name the invocation ([`log_layer`](crate::log_layer())), and telemetry
/// leaves after the answer. See [`Consumer::invocation_layer`].
#[derive(Clone)]
pub struct InvocationLayer(FlushLayer<LambdaInvocation>);

impl fmt::Debug for InvocationLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvocationLayer")
    }
}

impl InvocationLayer {
    pub(crate) fn new(telemetry: &Telemetry) -> Self {
        Self(FlushLayer::new(telemetry.clone(), |invocation| invocation.context.deadline()))
    }
}

impl<S> Layer<S> for InvocationLayer {
    type Service = Named<Flush<S, LambdaInvocation>>;

    fn layer(&self, inner: S) -> Self::Service {
        Named(self.0.layer(inner))
    }
}

impl<H: AnyHandler> Consumer<H> {
    /// What [`run`](Self::run) puts around the runtime's service, for a program that has a runtime of its own.
    ///
    /// ```no_run
    /// # async fn handle(_: kinetrace_consumer::Record) -> Result<(), kinetrace_consumer::Failure> { Ok(()) }
    /// use kinetrace_consumer::Consumer;
    /// use lambda_runtime::Runtime;
    ///
    /// # async fn example() -> Result<(), kinetrace_consumer::Error> {
    /// let consumer = Consumer::builder(handle).build()?;
    /// let layer = consumer.invocation_layer();
    /// Runtime::new(consumer.into_service()).layer(layer).run().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn invocation_layer(&self) -> InvocationLayer {
        InvocationLayer::new(self.telemetry())
    }

    /// Runs the function until Lambda ends the process. It sets up nothing of the process: that is
    /// [`ConsumerBuilder::run`](crate::ConsumerBuilder::run)'s.
    ///
    /// # Errors
    ///
    /// The runtime cannot go on.
    ///
    /// # Panics
    ///
    /// The process does not run in Lambda.
    pub async fn run(self) -> Result<(), Error> {
        let layer = self.invocation_layer();
        serve(self, layer).await
    }
}

/// One invocation after another, or several at once where Lambda says so.
pub(crate) async fn serve<S>(service: S, layer: InvocationLayer) -> Result<(), Error>
where
    S: Service<LambdaEvent<Event>, Response = EventResponse> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Diagnostic> + fmt::Debug + Send,
{
    let events = ReadAhead::default();
    Runtime::new(events.within(service)).layer(events).layer(layer).run_concurrent().await?;
    Ok(())
}
