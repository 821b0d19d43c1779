//! Functions of batches as handlers.

use std::any::type_name;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;

use crate::by_batch::batch::Batch;
use crate::by_batch::batch_failure::BatchFailure;
use crate::by_batch::batch_handler::{BatchHandler, ByBatch};
use crate::handler::IntoHandler;
use crate::state::State;

/// The [`BatchHandler`] that a function becomes by [`ByBatch`]. `A` are its arguments, `S` its state.
pub struct BatchFunction<F, S, A> {
    function: F,
    state: S,
    arguments: PhantomData<A>,
}

impl<F, S, A> BatchFunction<F, S, A> {
    fn new(function: F, state: S) -> ByBatch<Self> {
        ByBatch(Self { function, state, arguments: PhantomData })
    }
}

impl<F, S, A> fmt::Debug for BatchFunction<F, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(type_name::<F>())
    }
}

impl<F, S, T, E> BatchHandler for BatchFunction<F, S, fn(Batch)>
where
    F: Fn(Batch) -> T + Send + Sync + 'static,
    S: Send + Sync + 'static,
    T: Future<Output = Result<(), E>> + Send,
    E: Into<BatchFailure>,
{
    async fn handle(&self, batch: Batch) -> Result<(), BatchFailure> {
        (self.function)(batch).await.map_err(Into::into)
    }
}

impl<F, S, T, E> BatchHandler for BatchFunction<F, S, fn(State<S>, Batch)>
where
    F: Fn(State<S>, Batch) -> T + Send + Sync + 'static,
    S: Clone + Send + Sync + 'static,
    T: Future<Output = Result<(), E>> + Send,
    E: Into<BatchFailure>,
{
    async fn handle(&self, batch: Batch) -> Result<(), BatchFailure> {
        (self.function)(State(self.state.clone()), batch).await.map_err(Into::into)
    }
}

impl<F: Fn(Batch) -> T, S, T> IntoHandler<fn(Batch), S> for ByBatch<F> {
    type Handler = ByBatch<BatchFunction<F, S, fn(Batch)>>;

    fn with_state(self, state: S) -> Self::Handler {
        BatchFunction::new(self.0, state)
    }
}

impl<F: Fn(State<S>, Batch) -> T, S, T> IntoHandler<fn(State<S>, Batch), S> for ByBatch<F> {
    type Handler = ByBatch<BatchFunction<F, S, fn(State<S>, Batch)>>;

    fn with_state(self, state: S) -> Self::Handler {
        BatchFunction::new(self.0, state)
    }
}

/// What is not a handler of batches does not compile. Each differs in one thing from the first, which does.
///
/// ```
/// async fn store(batch: kinetrace_consumer::Batch) -> Result<(), kinetrace_consumer::BatchFailure> { Ok(()) }
/// let _ = kinetrace_consumer::run(kinetrace_consumer::ByBatch(store));
/// ```
/// ```compile_fail
/// async fn store(batch: kinetrace_consumer::Batch) -> Result<(), kinetrace_consumer::BatchFailure> { Ok(()) }
/// let _ = kinetrace_consumer::run(store);
/// ```
/// ```compile_fail
/// fn store(batch: kinetrace_consumer::Batch) -> Result<(), kinetrace_consumer::BatchFailure> { Ok(()) }
/// let _ = kinetrace_consumer::run(kinetrace_consumer::ByBatch(store));
/// ```
/// ```compile_fail
/// async fn store(batch: kinetrace_consumer::Batch) {}
/// let _ = kinetrace_consumer::run(kinetrace_consumer::ByBatch(store));
/// ```
/// ```compile_fail
/// async fn store(batch: kinetrace_consumer::Batch) -> Result<(), kinetrace_consumer::Failure> { Ok(()) }
/// let _ = kinetrace_consumer::run(kinetrace_consumer::ByBatch(store));
/// ```
/// ```compile_fail
/// async fn store(batch: kinetrace_consumer::Record) -> Result<(), kinetrace_consumer::BatchFailure> { Ok(()) }
/// let _ = kinetrace_consumer::run(kinetrace_consumer::ByBatch(store));
/// ```
#[cfg(doctest)]
struct WhatIsNotAHandlerOfBatches;
