//! One record, handed to the business code.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use kinetrace::history::ProcessOutcome;
use opentelemetry::Context;
use opentelemetry::trace::FutureExt as _;

use crate::begun::Processed;
use crate::call::Call;
use crate::call_failure::CallFailure;
use crate::handler::Handler;
use crate::message::Message;
use crate::processing::Processing;
use crate::record::Record;
use crate::transport::Transport;

impl<H: Handler> Processing<'_, H> {
    /// Hands the record to the business code and reports its fate.
    pub(crate) async fn process<T: Transport>(&self, message: Message) -> Processed {
        let (record, begun) = self.begin::<T>(message, self.invocation);
        let called = self.call(record, &begun.context, &begun.said).await;
        self.end(begun, &called)
    }

    async fn call(&self, record: Record, context: &Context, said: &Call) -> Result<ProcessOutcome, CallFailure> {
        // The call itself is inside the future, so that a panic before its first await is caught as well.
        let call = async { self.handler.handle(record).await }.with_context(context.with_value(said.clone()));
        let called = tokio::time::timeout_at(self.stop_by, AssertUnwindSafe(call).catch_unwind()).await;
        match called {
            Ok(Ok(Ok(()))) if said.is_skipped() => Ok(ProcessOutcome::Skipped),
            Ok(Ok(Ok(()))) => Ok(ProcessOutcome::Succeeded),
            Ok(Ok(Err(failure))) => Err(CallFailure::of(&failure)),
            Ok(Err(panic)) => Err(CallFailure::panic(panic.as_ref())),
            Err(_) => Err(CallFailure::deadline()),
        }
    }
}
