//! A handler that is not handed the same record twice.

// * `series`: what is counted: by a producer or, of Kafka, by the partition.
// * `checksum`: by what a record is known from another one of the same number.
// * `progress`: which of it was processed, and what the next record is then.
// * `complaint`: what the log says about it.
// * `batches`: the same around a handler of batches.
// * `progress_store`: where that is remembered.
// * `recent`: in memory.
// * `dynamodb`: in a table, with the feature of this name.

use std::future::Future;
use std::num::NonZero;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use kinetrace::__private::{MAX_TEXT, one_line, panic_message};

use crate::any_handler::AnyHandler;
use crate::call::{Call, SkipPending};
use crate::failure::Failure;
use crate::handler::{Handler, IntoHandler};
use crate::record::Record;

mod batches;

mod checksum;
pub use checksum::Checksum;

mod complaint;
use complaint::{Complaint, Place};

mod parse_progress_error;
pub use parse_progress_error::ParseProgressError;

mod progress;
pub use progress::{Progress, Verdict};

mod progress_store;
pub use progress_store::{Advance, ProgressStore};

mod recent;
pub use recent::Recent;

mod series;
pub use series::Series;

#[cfg(feature = "dynamodb")]
mod dynamodb;
#[cfg(feature = "dynamodb")]
pub use dynamodb::DynamoDb;

/// Each environment that processes the series at the same time may overtake once for each of its records; there are few.
const ATTEMPTS: usize = 16;

/// A batch has so many records unless it was chosen otherwise, and what comes again comes as a batch. In a table they take
/// less than a kilobyte, which is what a write is charged by.
const DEFAULT_REMEMBERED: NonZero<usize> = NonZero::<usize>::MIN.saturating_add(99);

/// A [`Handler`] around a handler, which skips the records that were processed before, by a number and a checksum: the
/// producer's count or, of Kafka, the offset.
///
/// Kinesis and Lambda deliver at least once. Copies come from the producer (a put that timed out and was repeated: the
/// same record under another sequence number, perhaps after its successors) and from Lambda (a batch that is sent again).
/// The count is the same in all of them. A copy that is skipped counts as done; its line in the log says `skipped`, and
/// its span `kinetrace.duplicate`.
///
/// * A count alone proves nothing: every program that may put into the stream can write any count. So a record is skipped
///   only if its checksum, of key and payload, equals the remembered one. If it differs, the record is processed, and a line
///   in the log says so.
/// * The checksums of each series' last records are [remembered](Self::remember), 100 unless said otherwise. A copy of an
///   earlier one is processed again; the first is reported in the log.
/// * A record that was not processed is never skipped, wherever it comes: a gap stays one until its record comes. One
///   that comes after its successors is processed, and a line in the log says so: its order was void already.
/// * A record that fails is not marked, so it is processed when it comes again. One that the handler
///   [skips](Failure::skip) is done, and marked, unless [`DeadLetters`](crate::dead_letters::DeadLetters) around this may still fail it.
/// * A record whose mark fails, or is not stored by the deadline, is still done, because it was processed; a line in the
///   log says so. If it comes again, **that one is processed twice**, and so is one whose process ends between its success
///   and its mark. A handler that must not act twice even then has to store its effect and the count in one transaction.
/// * Records of Kinesis without a count are always processed, and the first of them is reported in the log. Only the ordered
///   publisher counts, and only with the carriers `Envelope` and `Aggregate` do its counts travel.
/// * A record of Kafka without a count is known by its topic, partition and offset, with every producer. That recognizes a
///   batch that comes again, also in another execution environment if the store is shared. A copy that a producer without
///   idempotence makes has an offset of its own, and is another record. Remember as many as the mapping's `BatchSize`: the
///   series is the partition.
///
/// Around a handler of batches ([`ByBatch`](crate::ByBatch)), copies are taken out of the batch; if nothing is left of it, the handler is not
/// called. What the handler says is done is marked, with one write for each series.
///
/// A producer's count belongs to the key that the publisher was given. If a program forwards records under other partition keys
/// and leaves their envelopes as they are, two records of different keys may seem to be one: do not deduplicate there.
///
/// ```no_run
/// use kinetrace_consumer::{Failure, Record};
/// use kinetrace_consumer::deduplicate::{Deduplicate, Recent};
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
    remembered: NonZero<usize>,
    complaint: Complaint,
}

impl<H: AnyHandler, S: ProgressStore> Deduplicate<H, S> {
    /// Around `handler`, by what `store` remembers.
    pub fn new<M>(handler: impl IntoHandler<M, Handler = H>, store: S) -> Self {
        let handler = handler.with_state(());
        Self { handler, store, remembered: DEFAULT_REMEMBERED, complaint: Complaint::default() }
    }

    /// Of how many records of a series the checksums are remembered; 100 by default, and 10,000 at most.
    ///
    /// A copy that comes after so many later records of its key and producer is processed again. So this should be as many
    /// as one batch, or one aggregate, has records of one key. Each takes 8 bytes of the store: 100 leave an item of
    /// DynamoDB below the kilobyte that a write is charged by.
    #[must_use]
    pub fn remember(self, records: NonZero<usize>) -> Self {
        Self { remembered: records, ..self }
    }
}

impl<H, S: ProgressStore> Deduplicate<H, S> {
    /// Marks records of a series as processed. That holds whatever others mark at the same time, so who was overtaken adds its
    /// own to theirs.
    async fn mark(&self, series: &Series, mut stored: Progress, processed: &[(u64, Checksum)]) -> Result<(), Failure> {
        for _ in 0..ATTEMPTS {
            let after = stored.with_all(processed, self.remembered.get());
            // It was forgotten, and would be again.
            if after == stored {
                return Ok(());
            }
            match self.store.advance(series, &stored, &after).await? {
                Advance::Stored => return Ok(()),
                Advance::Overtaken(by) if by.has_all(processed) => return Ok(()),
                Advance::Overtaken(by) => stored = by,
            }
        }
        Err(Failure::retry(format!(
            "{ATTEMPTS} times another writer's mark came first; is more than one function using the same name in the store?"
        )))
    }
}

fn late(store: &impl ProgressStore) -> Failure {
    let name = store.name();
    Failure::retry(format!(
        "{name} did not answer before the invocation's time was up: look whether the function reaches it, and give its \
         client a time-out"
    ))
}

/// No longer than the handler has, and without a panic.
async fn contained(store: &impl ProgressStore, mark: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let Some(marked) = Call::in_time(AssertUnwindSafe(mark).catch_unwind()).await else { return Err(late(store)) };
    marked.unwrap_or_else(|panic| Err(Failure::retry(format!("the store panicked: {}", panic_message(panic.as_ref())))))
}

impl<H: Handler, S: ProgressStore> Handler for Deduplicate<H, S> {
    async fn handle(&self, record: Record) -> Result<(), Failure> {
        let Some((series, sequence)) = Series::of(&record) else {
            self.complaint.of_uncounted(&record);
            return self.handler.handle(record).await;
        };
        let (shard_id, sequence_number) = (Arc::clone(&record.shard_id), record.sequence_number.clone());
        let checksum = series.checksum(&record);
        let stored = Call::in_time(self.store.load(&series)).await.unwrap_or_else(|| Err(late(&self.store)));
        // Whatever the store makes of its error: nobody has seen the record yet.
        let stored = stored.map_err(Failure::into_retry)?;
        let verdict = stored.verdict(sequence, checksum);
        if verdict == Verdict::Repeat {
            Call::skip();
            return Ok(());
        }
        if verdict == Verdict::Conflict {
            Call::conflict();
        }
        self.complaint.about(
            verdict,
            &Place { shard_id: &shard_id, sequence_number: &sequence_number },
            &series,
            sequence,
        );
        let handled = self.handler.handle(record).await;
        if handled.as_ref().is_err_and(|failure| !failure.is_skip() || SkipPending::is_current()) {
            return handled;
        }
        // Even if the mark fails, the record was processed: failing it would have it processed again.
        if let Err(error) = contained(&self.store, self.mark(&series, stored, &[(sequence, checksum)])).await {
            let error = error.to_string();
            let error = one_line(&error, MAX_TEXT);
            tracing::error!(
                stream = &**series.stream(), shard = &*shard_id, %sequence_number,
                producer = series.producer().map(display), sequence, %error,
                "processed but not marked: a copy of it would be processed, too"
            );
        }
        handled
    }
}

#[cfg(test)]
mod tests;
