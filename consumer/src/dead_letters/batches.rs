//! Around a handler of batches.

use opentelemetry::Context;
use opentelemetry::trace::FutureExt as _;

use super::{DeadLetter, DeadLetterQueue, DeadLetters, NotKept};
use crate::by_batch::batch::Batch;
use crate::by_batch::batch_failure::BatchFailure;
use crate::by_batch::batch_handler::BatchHandler;
use crate::call::SkipPending;
use crate::failure::Failure;

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
        let letter = DeadLetter::of(record.clone(), failure.clone(), context);
        let failure = match self.send_in_time(letter).with_context(context.clone()).await {
            Ok(()) => failure,
            Err(error) => Failure::retry(NotKept { reason: failure, error }),
        };
        Err(BatchFailure { index, failure })
    }
}
