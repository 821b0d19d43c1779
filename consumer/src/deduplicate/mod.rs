//! A handler that is not handed the same record twice.
//!
//! * [`series`]: what a producer counts.
//! * [`progress`]: which of it was processed, and what the next record is then.
//! * [`progress_store`]: where that is remembered.
//! * [`recent`]: in memory.
//! * `dynamodb`: in a table, with the feature of this name.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use kinetrace::panic_message;

use crate::call::Call;
use crate::handler::{Failure, Handler, IntoHandler};
use crate::record::Record;

pub mod progress;
pub use progress::{MalformedProgress, Progress, Verdict};

pub mod progress_store;
pub use progress_store::{Advance, ProgressStore};

pub mod recent;
pub use recent::Recent;

pub mod series;
pub use series::Series;

#[cfg(feature = "dynamodb")]
pub mod dynamodb;
#[cfg(feature = "dynamodb")]
pub use dynamodb::DynamoDb;

/// Each environment that processes the series at the same time may overtake once for each of its records; there are few.
const ATTEMPTS: usize = 16;

/// How long before its handler is cut off a mark is given up, so that the record still counts as done.
const DEADLINE_MARGIN: Duration = Duration::from_millis(10);

/// A [`Handler`] around a handler, which skips the records that were processed before, by the producer's count.
///
/// Kinesis and Lambda deliver at least once. Copies come from the producer (a put that timed out and was repeated: the
/// same record under another sequence number, perhaps behind its successors) and from Lambda (a batch that is sent again).
/// The count is the same in all of them. A copy that is skipped counts as done; its line in the log says `skipped`, and
/// its span `kinetrace.duplicate`.
///
/// * A record that was not processed is never skipped, wherever it comes: a gap stays one until its record comes. One
///   that comes behind its successors is processed, and a line in the log says so, for its order was void already.
/// * A record that fails is not marked, so it is processed when it comes again.
/// * A record whose mark fails, or is not stored by the deadline, is done all the same, for it was processed; a line in the
///   log says so. If it comes again, **that one is processed twice**, and so is one whose process ends between its success
///   and its mark. A handler that must not act twice even then has to store its effect and the count in one transaction.
/// * Records without a count are always processed, and the first of them is told of in the log. Only the ordered publisher
///   counts, and only with the carriers `Envelope` and `Aggregate` do its counts travel.
///
/// The count belongs to the group that the publisher was given. Where somebody forwards records under other partition keys
/// and leaves their envelopes as they are, two records of different groups may seem to be one: do not deduplicate there.
///
/// ```no_run
/// use kinetrace_consumer::{Deduplicate, Failure, Recent, Record};
///
/// async fn handle(record: Record) -> Result<(), Failure> {
///     let flight: serde_json::Value = record.json()?;
///     println!("{} departed", flight["tailnum"]);
///     Ok(())
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), kinetrace_consumer::Error> {
///     kinetrace_consumer::run(Deduplicate::new(handle, Recent::default())).await
/// }
/// ```
#[derive(Debug)]
pub struct Deduplicate<H, S> {
    handler: H,
    store: S,
    /// It was told that records cannot be told from their copies.
    complained: AtomicBool,
}

impl<H: Handler, S: ProgressStore> Deduplicate<H, S> {
    /// Around `handler`, by what `store` remembers.
    pub fn new<M>(handler: impl IntoHandler<M, Handler = H>, store: S) -> Self {
        Self { handler: handler.with_state(()), store, complained: AtomicBool::new(false) }
    }

    /// Once, or a stream that has no counts would fill the log.
    fn tell_of_uncounted(&self, record: &Record) {
        if !self.complained.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                stream = &*record.stream, shard = &*record.shard_id, sequence_number = %record.sequence_number,
                "no producer's count or no partition key, so this record and others like it are processed as often as \
                 they come; the ordered `Publisher` sends counts, with the carriers `Envelope` and `Aggregate`"
            );
        }
    }

    /// Marks a record as processed. That holds whatever others mark at the same time, so who was overtaken adds its own
    /// to theirs.
    async fn mark(&self, series: &Series, mut stored: Progress, sequence: u64) -> Result<(), Failure> {
        for _ in 0..ATTEMPTS {
            match self.store.advance(series, &stored, &stored.with(sequence)).await? {
                Advance::Stored => return Ok(()),
                Advance::Overtaken(by) if by.verdict(sequence) == Verdict::Repeat => return Ok(()),
                Advance::Overtaken(by) => stored = by,
            }
        }
        Err(Failure::new(format!(
            "{ATTEMPTS} times somebody else's mark came first; is more than one function using the same name in the store?"
        )))
    }
}

/// As long as the handler has, without an end where no consumer called it; and without a panic.
async fn contained(mark: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let mark = AssertUnwindSafe(mark).catch_unwind();
    let marked = match Call::stop_by() {
        Some(stop_by) => {
            let stop_by = stop_by.checked_sub(DEADLINE_MARGIN).unwrap_or(stop_by);
            let Ok(marked) = tokio::time::timeout_at(stop_by, mark).await else {
                return Err(Failure::new("the store did not answer before the invocation's time was up"));
            };
            marked
        }
        None => mark.await,
    };
    marked.unwrap_or_else(|panic| Err(Failure::new(format!("the store panicked: {}", panic_message(panic.as_ref())))))
}

impl<H: Handler, S: ProgressStore> Handler for Deduplicate<H, S> {
    async fn handle(&self, record: Record) -> Result<(), Failure> {
        let Some((series, sequence)) = Series::of(&record) else {
            self.tell_of_uncounted(&record);
            return self.handler.handle(record).await;
        };
        let (shard_id, sequence_number) = (Arc::clone(&record.shard_id), record.sequence_number.clone());
        let stored = self.store.load(&series).await?;
        match stored.verdict(sequence) {
            Verdict::New => {}
            Verdict::Late => tracing::warn!(
                shard = &*shard_id, %sequence_number,
                producer = %series.producer, sequence,
                "processed though later records of its group were before: nobody knows of an earlier copy"
            ),
            Verdict::Repeat => {
                Call::skip();
                return Ok(());
            }
        }
        self.handler.handle(record).await?;
        // Whatever becomes of the mark, the record was processed: failing it would have it processed again.
        if let Err(error) = contained(self.mark(&series, stored, sequence)).await {
            tracing::error!(
                stream = &*series.stream, shard = &*shard_id, %sequence_number,
                producer = %series.producer, sequence, %error,
                "processed but not marked: a copy of it would be processed, too"
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
