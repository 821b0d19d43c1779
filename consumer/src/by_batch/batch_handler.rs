//! The business code of a service that takes records many at a time.

use std::fmt;
use std::future::Future;

use crate::by_batch::batch::Batch;
use crate::by_batch::batch_failure::BatchFailure;
use crate::handler::IntoHandler;

/// Something that processes the records of a shard, or of a partition of Kafka, as one, such as by a bulk write: a type with more to it than a function has.
/// A function of a [`Batch`] becomes one by [`ByBatch`].
///
/// ```
/// use kinetrace_consumer::{Batch, BatchFailure, BatchHandler};
///
/// struct Departures {
///     table: String,
/// }
///
/// impl BatchHandler for Departures {
///     async fn handle(&self, batch: Batch) -> Result<(), BatchFailure> {
///         println!("COPY {} FROM STDIN: {} rows", self.table, batch.len());
///         Ok(())
///     }
/// }
///
/// # let departures = Departures { table: "departures".to_owned() };
/// # let _ =
/// kinetrace_consumer::run(departures)
/// # ;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `BatchHandler`",
    note = "a function of a batch is `async fn store(batch: Batch) -> Result<(), BatchFailure>`, and runs as `ByBatch(store)`"
)]
pub trait BatchHandler: Send + Sync + 'static {
    /// Processes one batch. What it opens by `tracing` or OpenTelemetry lands below the span of the batch; if that has one
    /// record, below the record's process span.
    ///
    /// Everything must be done when the future is ready, as with a [`Handler`](crate::Handler). A tenth of a second before the
    /// invocation's deadline, and a quarter of a millisecond for each record of the batch, it is cut off, and nothing of the batch
    /// counts as done.
    fn handle(&self, batch: Batch) -> impl Future<Output = Result<(), BatchFailure>> + Send;
}

/// A function of a [`Batch`], as a handler: what [`run`](crate::run()) and [`Consumer`](crate::Consumer) take.
///
/// The function is an `async fn`, or a closure that returns a future, of a [`Batch`], or of [`State`](crate::State) and a
/// [`Batch`]. It returns `Result<(), E>`, where `E` is [`BatchFailure`] or any error.
///
/// ```no_run
/// use kinetrace_consumer::{Batch, BatchFailure, ByBatch, Failure, State};
///
/// #[derive(Clone)]
/// struct Table;
///
/// impl Table {
///     /// How many rows the table took, from the first on.
///     async fn put(&self, rows: Vec<serde_json::Value>) -> std::io::Result<usize> {
///         # Ok(rows.len())
///         // …
///     }
/// }
///
/// async fn store(State(table): State<Table>, batch: Batch) -> Result<(), BatchFailure> {
///     let mut rows = Vec::with_capacity(batch.len());
///     for (index, record) in batch.iter().enumerate() {
///         match record.json() {
///             Ok(row) => rows.push(row),
///             // Store what stands before it, then say where the batch stopped.
///             Err(error) => {
///                 table.put(rows).await?;
///                 return Err(BatchFailure::at(index, Failure::skip(error)));
///             }
///         }
///     }
///     let stored = table.put(rows).await?;
///     if stored < batch.len() {
///         return Err(BatchFailure::at(stored, Failure::retry("the table is throttled")));
///     }
///     Ok(())
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), kinetrace_consumer::Error> {
///     kinetrace_consumer::run(ByBatch(store).with_state(Table)).await
/// }
/// # use kinetrace_consumer::IntoHandler;
/// ```
#[derive(Clone, Copy)]
pub struct ByBatch<B>(pub B);

impl<B> fmt::Debug for ByBatch<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByBatch")
    }
}

/// What is around a handler of batches may be put around this.
impl<B: BatchHandler> BatchHandler for ByBatch<B> {
    fn handle(&self, batch: Batch) -> impl Future<Output = Result<(), BatchFailure>> + Send {
        self.0.handle(batch)
    }
}

/// Tells a [`BatchHandler`] from a function.
#[derive(Debug)]
pub enum IsBatchHandler {}

impl<B: BatchHandler> IntoHandler<IsBatchHandler> for B {
    type Handler = ByBatch<Self>;

    fn with_state(self, (): ()) -> ByBatch<Self> {
        ByBatch(self)
    }
}
