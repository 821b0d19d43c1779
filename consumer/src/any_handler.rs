//! What a consumer hands records to.

#![expect(private_interfaces, reason = "only this crate calls it, and nothing else can implement it")]

use std::future::Future;

use crate::batch::{self, Slot};
use crate::by_batch;
use crate::by_batch::batch_handler::{BatchHandler, ByBatch};
use crate::handler::Handler;
use crate::processing::Processing;
use crate::transport::Transport;

/// What a [`Consumer`](crate::Consumer) runs: every [`Handler`], which gets records one by one, and every
/// [`BatchHandler`](crate::BatchHandler), as [`ByBatch`](crate::ByBatch).
///
/// It is a bound for generic code that takes either: `fn f<M>(handler: impl IntoHandler<M, Handler: AnyHandler>)`. No other type
/// can implement it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler",
    label = "neither a `Handler` nor a `BatchHandler`",
    note = "a function of a batch is `async fn store(batch: Batch) -> Result<(), BatchFailure>`, or of any error; which record \
            a `Failure` is about, `BatchFailure::at(index, failure)` says"
)]
pub trait AnyHandler: Sized + Send + Sync + 'static {
    #[doc(hidden)]
    fn process<T: Transport>(
        slots: Vec<Slot<T>>,
        max_concurrency: usize,
        processing: &Processing<'_, Self>,
    ) -> impl Future<Output = Vec<T::Cut>> + Send;
}

impl<H: Handler> AnyHandler for H {
    fn process<T: Transport>(
        slots: Vec<Slot<T>>,
        max_concurrency: usize,
        processing: &Processing<'_, Self>,
    ) -> impl Future<Output = Vec<T::Cut>> + Send {
        batch::process(slots, max_concurrency, processing)
    }
}

impl<B: BatchHandler> AnyHandler for ByBatch<B> {
    fn process<T: Transport>(
        slots: Vec<Slot<T>>,
        max_concurrency: usize,
        processing: &Processing<'_, Self>,
    ) -> impl Future<Output = Vec<T::Cut>> + Send {
        by_batch::run::process(slots, max_concurrency, processing)
    }
}
