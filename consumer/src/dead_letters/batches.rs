//! Around a handler of batches.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use kinetrace::__private::panic_message;
use opentelemetry::Context;
use opentelemetry::trace::FutureExt as _;

use super::{DeadLetter, DeadLetterQueue, DeadLetters, NotKept};
use crate::by_batch::batch::Batch;
use crate::by_batch::batch_failure::BatchFailure;
use crate::by_batch::batch_handler::BatchHandler;
use crate::call::{Call, SkipPending};
use crate::failure::Failure;
use crate::trace_context::TraceContext;

impl<B: BatchHandler, Q: DeadLetterQueue> BatchHandler for DeadLetters<B, Q> {
    async fn handle(&self, batch: Batch) -> Result<(), BatchFailure> {
        let kept = batch.clone();
        let undecided = Context::map_current(|context| context.with_value(SkipPending));
        // The call itself is inside the future, so that what happens before its first await is in this context, too.
        let handled = async { self.handler.handle(batch).await }.with_context(undecided).await;
        let Err(BatchFailure { index, failure }) = handled else { return Ok(()) };
        // Where there is no such record, nothing is skipped.
        let (Some(record), Some(context), true) = (kept.get(index), kept.context(index), failure.is_skip()) else {
            return Err(BatchFailure { index, failure });
        };
        let letter = DeadLetter { record: record.clone(), failure: failure.clone(), trace: TraceContext::of(context) };
        let failure = match self.send_in_time(letter).with_context(context.clone()).await {
            Ok(()) => failure,
            Err(error) => Failure::retry(NotKept { reason: failure, error }),
        };
        Err(BatchFailure { index, failure })
    }
}

impl<B, Q: DeadLetterQueue> DeadLetters<B, Q> {
    /// Without a panic, and before the handler is cut off: either would undo the records before this one.
    async fn send_in_time(&self, letter: DeadLetter) -> Result<(), Failure> {
        let send = AssertUnwindSafe(async { self.queue.send(letter).await });
        match Call::in_time(send.catch_unwind()).await {
            Some(Ok(sent)) => sent,
            Some(Err(panic)) => Err(Failure::retry(format!("it panicked: {}", panic_message(panic.as_ref())))),
            None => Err(Failure::retry("it did not have it before the invocation's time was up")),
        }
    }
}
