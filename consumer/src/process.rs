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
use crate::in_time::InTime;
use crate::message::Message;
use crate::processing::Processing;
use crate::record::Record;
use crate::transport::Transport;

impl<H: Handler> Processing<'_, H> {
    /// Hands the record to the business code and reports its fate. `waits` is called once it waits for something.
    pub(crate) async fn process<T: Transport>(&self, message: Message, waits: impl FnOnce()) -> Processed {
        let (record, begun) = self.begin::<T>(message, self.invocation);
        let called = self.call(record, &begun.context, waits).await;
        self.end(begun, &called)
    }

    async fn call(
        &self,
        record: Record,
        context: &Context,
        waits: impl FnOnce(),
    ) -> Result<ProcessOutcome, CallFailure> {
        // The call itself is inside the future, so that a panic before its first await is caught as well.
        let call = async { self.handler.handle(record).await }.with_context(context.clone());
        match InTime::new(AssertUnwindSafe(call).catch_unwind(), self.terms.stop_by, waits).await {
            Some(Ok(Ok(()))) if Call::is_skipped_in(context) => Ok(ProcessOutcome::Skipped),
            Some(Ok(Ok(()))) => Ok(ProcessOutcome::Succeeded),
            Some(Ok(Err(failure))) => Err(CallFailure::of(&failure)),
            Some(Err(panic)) => Err(CallFailure::panic(panic.as_ref())),
            None => Err(CallFailure::deadline()),
        }
    }
}
