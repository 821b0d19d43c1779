//! A handler around a handler, which hands what is skipped to a queue before it is gone: to a function of your own, to a queue of
//! Amazon SQS (`Sqs`, with the feature `sqs`), or to a bucket of Amazon S3 (`S3`, with the feature `s3`).
//!
//! A letter is written before its record counts as skipped. A record that comes again after that, because a later one of its
//! batch failed, is skipped again, and its letter is written again: under the same name in S3, with the same deduplication id in a
//! FIFO queue, and as a second message in another queue.

// * `dead_letter`: a record that is to be skipped, and why.
// * `to_json`, `document`, `timestamp`: what is written of it.
// * `dead_letter_queue`: where it is kept.
// * `message`, `sqs`: in SQS.
// * `object_key`, `s3`: in S3.
// * `batches`: the same around a handler of batches.

use std::fmt;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use kinetrace::__private::panic_message;
use opentelemetry::Context;
use opentelemetry::trace::FutureExt as _;

use crate::any_handler::AnyHandler;
use crate::call::{Call, SkipPending};
use crate::failure::Failure;
use crate::handler::{Handler, IntoHandler};
use crate::record::Record;

mod batches;

mod dead_letter;
pub use dead_letter::DeadLetter;

mod dead_letter_queue;
pub use dead_letter_queue::DeadLetterQueue;

mod document;
mod timestamp;
mod to_json;

// Pure: tested whatever is chosen.
#[cfg(any(test, feature = "sqs"))]
mod message;
#[cfg(feature = "sqs")]
mod sqs;
#[cfg(feature = "sqs")]
pub use sqs::Sqs;

#[cfg(any(test, feature = "s3"))]
mod object_key;
#[cfg(feature = "s3")]
mod s3;
#[cfg(feature = "s3")]
pub use s3::S3;

#[cfg(test)]
pub(crate) mod samples;

/// A [`Handler`] around a handler, which hands each record that is to be [skipped](Failure::skip) to a [`DeadLetterQueue`],
/// or to an async function, first.
///
/// The record is skipped once the queue has it. If the queue fails, panics, or is not done by the invocation's deadline, the
/// record fails as by [`Failure::retry`]: it comes again, and nothing after it before it. So nothing is lost; but a record may
/// get into the queue more than once. Records of a key are handed to the queue in order.
///
/// The queue is called inside the record's process span, and the time it takes is part of the record's.
///
/// Around a handler of batches ([`ByBatch`](crate::ByBatch)), that holds for the record that its
/// [`BatchFailure`](crate::BatchFailure) names. If the queue fails, panics or takes too long, the records before it are done.
///
/// Together with [`Deduplicate`](crate::deduplicate::Deduplicate), either may be around the other. With `Deduplicate` outside, a record
/// that was skipped is marked as done, and a copy of it is not handed to the queue again.
///
/// ```no_run
/// use kinetrace_consumer::dead_letters::{DeadLetter, DeadLetters};
/// use kinetrace_consumer::{Failure, Record};
///
/// async fn handle(record: Record) -> Result<(), Failure> {
///     let flight: serde_json::Value = record.json().map_err(Failure::skip)?;
///     println!("{} departed", flight["tailnum"]);
///     Ok(())
/// }
///
/// async fn keep(letter: DeadLetter) -> Result<(), std::io::Error> {
///     let name = format!("/mnt/dead-letters/{}-{}", letter.record.shard_id, letter.record.sequence_number);
///     std::fs::write(name, &letter.record.payload)
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), kinetrace_consumer::Error> {
///     kinetrace_consumer::run(DeadLetters::new(handle, keep)).await
/// }
/// ```
#[derive(Debug)]
pub struct DeadLetters<H, Q> {
    handler: H,
    queue: Q,
}

impl<H: AnyHandler, Q: DeadLetterQueue> DeadLetters<H, Q> {
    /// Around `handler`, into `queue`.
    pub fn new<M>(handler: impl IntoHandler<M, Handler = H>, queue: Q) -> Self {
        Self { handler: handler.with_state(()), queue }
    }
}

impl<H: Handler, Q: DeadLetterQueue> Handler for DeadLetters<H, Q> {
    async fn handle(&self, record: Record) -> Result<(), Failure> {
        let kept = record.clone();
        let undecided = Context::map_current(|context| context.with_value(SkipPending));
        // The call itself is inside the future, so that what happens before its first await is in this context, too.
        let handled = async { self.handler.handle(record).await }.with_context(undecided).await;
        let Err(failure) = handled else { return Ok(()) };
        if !failure.is_skip() {
            return Err(failure);
        }
        let letter = Context::map_current(|context| DeadLetter::of(kept, failure.clone(), context));
        match self.send_in_time(letter).await {
            Ok(()) => Err(failure),
            Err(error) => Err(Failure::retry(NotKept { reason: failure, error })),
        }
    }
}

impl<H, Q: DeadLetterQueue> DeadLetters<H, Q> {
    /// Without a panic, and before the handler is cut off: then nothing would name the queue, and of a batch the records before
    /// this one would be undone.
    async fn send_in_time(&self, letter: DeadLetter) -> Result<(), Failure> {
        let send = AssertUnwindSafe(async { self.queue.send(letter).await });
        match Call::in_time(send.catch_unwind()).await {
            Some(Ok(sent)) => sent,
            Some(Err(panic)) => Err(Failure::retry(format!("it panicked: {}", panic_message(panic.as_ref())))),
            None => Err(Failure::retry(LATE)),
        }
    }
}

const LATE: &str = "it did not answer before the invocation's time was up: look whether the function reaches it, and give its \
                    client a timeout";

/// Neither text is its own: the failures quote no payload, and show their sources themselves.
#[derive(Debug)]
struct NotKept {
    reason: Failure,
    error: Failure,
}

impl fmt::Display for NotKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, error } = self;
        write!(f, "the record is not skipped ({reason}) because the dead-letter queue does not have it: {error}")
    }
}

impl std::error::Error for NotKept {}
