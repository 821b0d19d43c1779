//! Around a handler of batches.

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt as _, stream};
use kinetrace::__private::{MAX_TEXT, one_line};

use super::{Checksum, Deduplicate, Place, Progress, ProgressStore, Series, Verdict, contained, late};
use crate::by_batch::batch::Batch;
use crate::by_batch::batch_failure::BatchFailure;
use crate::by_batch::batch_handler::BatchHandler;
use crate::call::{Call, SkipPending};
use crate::failure::Failure;

/// How many questions to the store are in flight at once.
const AT_ONCE: usize = 16;

/// What is known of each series.
type Stored = HashMap<Series, Result<Progress, Failure>>;

/// The records of a batch, up to the first of which nobody knows whether it was processed.
#[derive(Default)]
struct Sorted {
    /// The count of each, where it has one, and what it was counted by.
    counts: Vec<Option<(Series, u64, Checksum)>>,
    /// Those that were not processed before.
    new: Vec<usize>,
    /// Where the batch ends.
    end: Option<BatchFailure>,
}

impl<B: BatchHandler, S: ProgressStore> BatchHandler for Deduplicate<B, S> {
    async fn handle(&self, batch: Batch) -> Result<(), BatchFailure> {
        let stored = self.load(&batch).await;
        let Sorted { counts, new, end } = self.sort(&batch, &stored);
        let handled = match batch.only(&new) {
            Some(rest) => self.handler.handle(rest).await,
            None => Ok(()),
        };
        let (done, failure) = match handled {
            Ok(()) => (counts.len(), end),
            Err(BatchFailure { index, failure }) => match new.get(index) {
                Some(index) => (*index, Some(BatchFailure { index: *index, failure })),
                // No record has this index, in the whole batch neither.
                None => (0, Some(BatchFailure { index: index.max(batch.len()), failure })),
            },
        };
        let copies = (0..done).filter(|index| new.binary_search(index).is_err());
        copies.filter_map(|index| batch.context(index)).for_each(Call::skip_in);
        let is_skipped = failure.as_ref().is_some_and(|it| it.failure.is_skip() && it.index < counts.len());
        let marked = done + usize::from(is_skipped && !SkipPending::is_current());
        self.mark_all(&counts[..marked], stored).await;
        failure.map_or(Ok(()), Err)
    }
}

impl<B, S: ProgressStore> Deduplicate<B, S> {
    async fn load(&self, batch: &Batch) -> Stored {
        let distinct: HashSet<_> = batch.iter().filter_map(Series::of).map(|(series, _)| series).collect();
        let load = |series: Series| async move {
            let stored = Call::in_time(self.store.load(&series)).await.unwrap_or_else(|| Err(late(&self.store)));
            // Whatever the store makes of its error: nobody has seen the record yet.
            (series, stored.map_err(Failure::into_retry))
        };
        stream::iter(distinct).map(load).buffer_unordered(AT_ONCE).collect().await
    }

    /// A record may also be a copy of one before it in the batch: that one is done if this one is.
    fn sort(&self, batch: &Batch, stored: &Stored) -> Sorted {
        let (mut sorted, mut after) = (Sorted::default(), HashMap::<Series, Progress>::new());
        for (index, record) in batch.iter().enumerate() {
            let Some((series, sequence)) = Series::of(record) else {
                self.complaint.of_uncounted(record);
                sorted.new.push(index);
                sorted.counts.push(None);
                continue;
            };
            let before = match (after.get(&series), stored.get(&series)) {
                (Some(progress), _) | (None, Some(Ok(progress))) => progress,
                (None, Some(Err(failure))) => {
                    sorted.end = Some(BatchFailure { index, failure: failure.clone() });
                    break;
                }
                (None, None) => &Progress::default(),
            };
            let checksum = series.checksum(record);
            let verdict = before.verdict(sequence, checksum);
            if verdict != Verdict::Repeat {
                sorted.new.push(index);
                if verdict == Verdict::Conflict {
                    batch.context(index).into_iter().for_each(Call::conflict_in);
                }
                let place = Place { shard_id: &record.shard_id, sequence_number: &record.sequence_number };
                self.complaint.about(verdict, &place, &series, sequence);
                let next = before.with(sequence, checksum, self.remembered.get());
                after.insert(series.clone(), next);
            }
            sorted.counts.push(Some((series, sequence, checksum)));
        }
        sorted
    }

    /// Even if the marks fail, the records were processed: failing them would have them processed again.
    async fn mark_all(&self, done: &[Option<(Series, u64, Checksum)>], mut stored: Stored) {
        let mut by_series = HashMap::<&Series, Vec<_>>::new();
        for (series, sequence, checksum) in done.iter().flatten() {
            by_series.entry(series).or_default().push((*sequence, *checksum));
        }
        let marks: Vec<_> = by_series
            .into_iter()
            .filter_map(|(series, processed)| {
                let (series, stored) = stored.remove_entry(series)?;
                Some((series, stored.ok()?, processed))
            })
            .collect();
        let mark = |(series, stored, processed)| self.mark_series(series, stored, processed);
        stream::iter(marks).for_each_concurrent(AT_ONCE, mark).await;
    }

    async fn mark_series(&self, series: Series, stored: Progress, processed: Vec<(u64, Checksum)>) {
        let marked = contained(&self.store, self.mark(&series, stored, &processed)).await;
        if let Err(error) = marked {
            let error = error.to_string();
            let error = one_line(&error, MAX_TEXT);
            tracing::error!(
                stream = &**series.stream(), producer = series.producer().map(display), records = processed.len(), %error,
                "processed but not marked: copies of these records would be processed, too"
            );
        }
    }
}
