//! The business code.

use std::future::Future;

use crate::failure::Failure;
use crate::record::Record;

/// Something that processes records one at a time: a type with more to it than a function has. Functions become one by
/// [`IntoHandler`]. For records many at a time, see [`BatchHandler`](crate::BatchHandler).
///
/// ```
/// use kinetrace_consumer::{Failure, Handler, Record};
///
/// struct Departures {
///     airport: String,
/// }
///
/// impl Handler for Departures {
///     async fn handle(&self, record: Record) -> Result<(), Failure> {
///         let flight: serde_json::Value = record.json()?;
///         if flight["origin"] == *self.airport {
///             println!("{} departed", flight["tailnum"]);
///         }
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement `Handler`",
    note = "of a function, `handle.with_state(())` is one: see `IntoHandler`"
)]
pub trait Handler: Send + Sync + 'static {
    /// Processes one record. What it opens by `tracing` or OpenTelemetry lands below the record's process span.
    ///
    /// Everything must be done when the future is ready: a task left behind would run next to the next records of the
    /// same key, or not until Lambda thaws the process.
    ///
    /// Shortly before the invocation's deadline it is cut off, which is possible only where it awaits something. Code that
    /// blocks its thread goes on past the deadline, and Lambda ends the process: hand it to `tokio::task::spawn_blocking`.
    fn handle(&self, record: Record) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// What [`run`](crate::run()) and [`Consumer`](crate::Consumer) take: a [`Handler`], or a function whose arguments are
/// taken from the record, each as its type says ([`FromRecord`](crate::FromRecord)).
///
/// Such a function is an `async fn`, or a closure that returns a future, of one to four arguments, each of which is a
/// [`Record`], [`Json`](crate::Json), [`LogEvents`](crate::kinesis::LogEvents), [`State`](crate::State),
/// [`TraceContext`](crate::TraceContext), a `Result` of one of these, or a type of your own. It returns `Result<(), E>`, where `E` is [`Failure`] or any error. Arguments are taken
/// inside the record's process span, in their order; at the first that cannot be had, the record fails, and the function
/// is not called. A [`Record`] costs nothing in the last place, and a clone of it elsewhere.
///
/// What takes records many at a time, such as for a bulk write, is a [`BatchHandler`](crate::BatchHandler), or a function in a
/// [`ByBatch`](crate::ByBatch).
///
/// `M` only tells the two kinds, and the functions, from each other; it is never written. `S` is the state.
///
/// ```no_run
/// use std::sync::Arc;
///
/// use kinetrace_consumer::{Failure, IntoHandler, Json, Record, State};
///
/// #[derive(serde::Deserialize)]
/// struct Flight {
///     tailnum: String,
/// }
///
/// struct Fleet;
///
/// async fn handle(State(fleet): State<Arc<Fleet>>, Json(flight): Json<Flight>, record: Record) -> Result<(), Failure> {
///     # let _ = (fleet, flight, record);
///     Ok(())
/// }
///
/// # async fn main_() -> Result<(), kinetrace_consumer::Error> {
/// kinetrace_consumer::run(handle.with_state(Arc::new(Fleet))).await
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler of records",
    label = "neither a `Handler` nor a function of one to four arguments",
    note = "a handler is `async fn handle(record: Record) -> Result<(), Failure>`; its arguments may also be `Json<T>`, \
            `State<S>`, `TraceContext`, and whatever else implements `FromRecord`",
    note = "of records many at a time it is `async fn store(batch: Batch) -> Result<(), BatchFailure>`, or with a `State<S>` \
            before the batch, and runs as `run(ByBatch(store))`"
)]
pub trait IntoHandler<M, S = ()>: Sized {
    /// What it becomes. Of a function, that is a [`Handler`] if its arguments and its answer are as said above: not asked
    /// for here, but where a handler is needed, so that the compiler names what is wrong with it.
    type Handler;

    /// The handler, with the state that its arguments are taken from; `()` will do if none of them asks for
    /// [`State`](crate::State).
    fn with_state(self, state: S) -> Self::Handler;
}

/// Tells a [`Handler`] from a function.
#[derive(Debug)]
pub enum IsHandler {}

impl<H: Handler> IntoHandler<IsHandler> for H {
    type Handler = Self;

    fn with_state(self, (): ()) -> Self {
        self
    }
}
