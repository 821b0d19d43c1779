//! Progress in memory, of the series that were used last.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::progress::Progress;
use super::progress_store::{Advance, ProgressStore};
use super::series::Series;
use crate::failure::Failure;

const DEFAULT_MAX_SERIES: NonZero<usize> = NonZero::<usize>::MIN.saturating_add(9_999);

/// A [`ProgressStore`] in memory, for a bounded number of series; the one that was not used for longest is forgotten.
///
/// It lives as long as the process. Each execution environment has its own, so it recognises the copies that come to the
/// environment that processed the first one: late copies of busy groups mostly, and the beginning of a batch that is sent
/// again because of a failure after it. After a time-out or a crash Lambda starts a new environment, which knows nothing.
///
/// The default is 10,000 series. With short names each takes 300 bytes and 8 for each of its last 100 records, so 11 MiB
/// together; with the longest names and a gap after each record, 3.3 KiB, so 33 MiB. What
/// [`remember`](super::Deduplicate::remember) adds, it adds to each.
#[derive(Debug)]
pub struct Recent {
    max_series: NonZero<usize>,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    progress: HashMap<Arc<Series>, (Progress, u64)>,
    /// The series by when they were used, as a count of uses.
    used: BTreeMap<u64, Arc<Series>>,
    uses: u64,
}

impl Recent {
    /// For so many series: one for each producer of each group or, of Kafka without a producer's count, for each partition.
    pub fn new(max_series: NonZero<usize>) -> Self {
        Self { max_series, table: Mutex::default() }
    }

    /// A panic while it is held leaves a table that forgot something at worst.
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Recent {
    fn default() -> Self {
        Self::new(DEFAULT_MAX_SERIES)
    }
}

impl ProgressStore for Recent {
    async fn load(&self, series: &Series) -> Result<Progress, Failure> {
        Ok(self.table().get(series))
    }

    async fn advance(&self, series: &Series, before: &Progress, after: &Progress) -> Result<Advance, Failure> {
        let mut table = self.table();
        let stored = table.get(series);
        if stored != *before {
            return Ok(Advance::Overtaken(stored));
        }
        table.put(series, after.clone(), self.max_series.get());
        Ok(Advance::Stored)
    }
}

impl Table {
    fn get(&mut self, series: &Series) -> Progress {
        let Some((progress, last_use)) = self.progress.get_mut(series) else { return Progress::default() };
        self.uses += 1;
        if let Some(series) = self.used.remove(last_use) {
            self.used.insert(self.uses, series);
        }
        *last_use = self.uses;
        progress.clone()
    }

    fn put(&mut self, series: &Series, progress: Progress, max_series: usize) {
        if let Some((stored, _)) = self.progress.get_mut(series) {
            *stored = progress;
            return;
        }
        if self.progress.len() >= max_series
            && let Some((_, oldest)) = self.used.pop_first()
        {
            self.progress.remove(&oldest);
        }
        self.uses += 1;
        let series = Arc::new(series.clone());
        self.used.insert(self.uses, Arc::clone(&series));
        self.progress.insert(series, (progress, self.uses));
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use kinetrace::ProducerId;
    use proptest::prelude::*;

    use super::*;
    use crate::deduplicate::Checksum;

    const CHECKSUM: Checksum = Checksum::from_bytes([7; 8]);

    fn series(partition_key: &str) -> Series {
        let (stream, partition_key) = ("flights".into(), partition_key.into());
        Series::Producer { stream, partition_key, producer: ProducerId::from_bits(1) }
    }

    fn load(recent: &Recent, key: &str) -> String {
        recent.load(&series(key)).now_or_never().unwrap().unwrap().to_string()
    }

    fn advance(recent: &Recent, key: &str, before: &str, after: &str) -> Advance {
        let (before, after) = (before.parse().unwrap(), after.parse().unwrap());
        recent.advance(&series(key), &before, &after).now_or_never().unwrap().unwrap()
    }

    proptest! {
        /// Against a list with the one that was used last at its end.
        #[test]
        fn the_series_that_was_not_used_for_longest_is_forgotten(
            uses in prop::collection::vec((prop::sample::select(vec!["a", "b", "c", "d", "e"]), any::<bool>()), 0..40),
        ) {
            let recent = Recent::new(NonZero::new(3).unwrap());
            let mut list: Vec<(&str, Progress)> = Vec::new();
            for (step, (key, advances)) in (0..).zip(uses) {
                let known = list.iter().position(|(it, _)| *it == key).map(|place| list.remove(place).1);
                let before = load(&recent, key);
                prop_assert_eq!(&before, &known.as_ref().map(Progress::to_string).unwrap_or_default());
                let known = known.unwrap_or_default();
                if advances {
                    let after = known.with(step, CHECKSUM, 2);
                    prop_assert_eq!(advance(&recent, key, &before, &after.to_string()), Advance::Stored);
                    list.push((key, after));
                } else if !before.is_empty() {
                    list.push((key, known));
                }
                list.drain(..list.len().saturating_sub(3));
                let table = recent.table();
                prop_assert_eq!((table.progress.len(), table.used.len()), (list.len(), list.len()));
            }
        }
    }

    #[test]
    fn a_write_over_a_newer_one_changes_nothing_and_returns_the_newer_one() {
        let recent = Recent::default();
        assert_eq!(advance(&recent, "a", "", "0-3"), Advance::Stored);
        assert_eq!(advance(&recent, "a", "", "0-0"), Advance::Overtaken("0-3".parse().unwrap()));
        assert_eq!(load(&recent, "a"), "0-3");
        let nobodys = advance(&recent, "b", "0-3", "0-4");
        assert_eq!(nobodys, Advance::Overtaken(Progress::default()), "it may have been forgotten in between");
    }
}
