//! Batches: records that have one deadline, and whose halts are their own.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::settlement::Halt;
use super::terms::{BatchId, Terms};

/// A deadline for those who ask for none that a clock could show.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// Keys, each with when its first and its last record came in.
pub(super) type Keys = Vec<(Arc<str>, RangeInclusive<u64>)>;

/// The batches whose callers may still hand in records, or wait for answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Batches {
    by_id: BTreeMap<BatchId, Batch>,
    /// Those whose time is not up yet.
    due: BTreeSet<(Instant, BatchId)>,
    count: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Batch {
    keys: BTreeMap<Arc<str>, OfKey>,
    is_expired: bool,
}

/// What is known of a batch's records of one key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct OfKey {
    /// From its first record to its last: between them, records of others may have come in.
    arrivals: RangeInclusive<u64>,
    /// Why the key is halted in this batch, if it is.
    cause: Option<Arc<str>>,
}

impl Batches {
    /// Half the time at most goes into one attempt, so that one without an answer leaves time for another.
    pub(super) fn begin(&mut self, now: Instant, timeout: Duration, attempt_timeout: Duration) -> Terms {
        self.count += 1;
        let deadline = now.checked_add(timeout).unwrap_or_else(|| now + FAR);
        let terms = Terms::new(self.count, deadline, attempt_timeout.min(timeout / 2));
        self.by_id.insert(terms.batch, Batch::default());
        self.due.insert((deadline, terms.batch));
        terms
    }

    /// Nobody hands in records of it, and none is left.
    pub(super) fn end(&mut self, terms: Terms) {
        self.by_id.remove(&terms.batch);
        self.due.remove(&(terms.deadline, terms.batch));
    }

    pub(super) fn note(&mut self, batch: BatchId, key: &Arc<str>, arrival: u64) {
        let Some(batch) = self.by_id.get_mut(&batch) else { return };
        match batch.keys.get_mut(key) {
            Some(of_key) => of_key.arrivals = *of_key.arrivals.start()..=arrival,
            None => _ = batch.keys.insert(Arc::clone(key), OfKey { arrivals: arrival..=arrival, cause: None }),
        }
    }

    /// Returns when its records of this key came in.
    pub(super) fn halt(&mut self, batch: BatchId, key: &str, cause: &Arc<str>) -> Option<RangeInclusive<u64>> {
        let of_key = self.by_id.get_mut(&batch)?.keys.get_mut(key)?;
        of_key.cause = Some(Arc::clone(cause));
        Some(of_key.arrivals.clone())
    }

    /// Why nothing of the batch goes under this key any more, if that is so.
    pub(super) fn halt_of(&self, batch: BatchId, key: &str) -> Option<Halt> {
        let batch = self.by_id.get(&batch)?;
        if batch.is_expired {
            return Some(Halt::Expired);
        }
        batch.keys.get(key)?.cause.clone().map(Halt::Key)
    }

    /// When the time of the next batch is up.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.due.first().map(|(deadline, _)| *deadline)
    }

    /// A batch whose time is up by now, and its keys, each with when its records came in. It is told once.
    pub(super) fn expire(&mut self, now: Instant) -> Option<(BatchId, Keys)> {
        let (_, id) = *self.due.first().filter(|(deadline, _)| *deadline <= now)?;
        self.due.pop_first();
        let batch = self.by_id.get_mut(&id)?;
        batch.is_expired = true;
        let keys = std::mem::take(&mut batch.keys).into_iter();
        Some((id, keys.map(|(key, OfKey { arrivals, .. })| (key, arrivals)).collect()))
    }

    #[cfg(test)]
    pub(super) fn is_expired(&self, terms: Terms) -> bool {
        self.by_id.get(&terms.batch).is_some_and(|batch| batch.is_expired)
    }
}
