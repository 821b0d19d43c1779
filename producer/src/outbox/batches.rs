//! Batches: records that have one deadline, and whose halts are their own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::settlement::Halt;
use super::terms::{BatchId, Terms};

/// A deadline for those who ask for none that a clock could show.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

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
    /// The keys of its records; those that are halted in this batch with the cause.
    keys: BTreeMap<Arc<str>, Option<Arc<str>>>,
    is_expired: bool,
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

    pub(super) fn note(&mut self, batch: BatchId, key: &Arc<str>) {
        if let Some(batch) = self.by_id.get_mut(&batch) {
            batch.keys.entry(Arc::clone(key)).or_default();
        }
    }

    pub(super) fn halt(&mut self, batch: BatchId, key: &Arc<str>, cause: &Arc<str>) {
        if let Some(batch) = self.by_id.get_mut(&batch) {
            batch.keys.insert(Arc::clone(key), Some(Arc::clone(cause)));
        }
    }

    /// Why nothing of the batch goes under this key any more, if that is so.
    pub(super) fn halt_of(&self, batch: BatchId, key: &str) -> Option<Halt> {
        let batch = self.by_id.get(&batch)?;
        if batch.is_expired {
            return Some(Halt::Expired);
        }
        batch.keys.get(key)?.clone().map(Halt::Key)
    }

    /// When the time of the next batch is up.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.due.first().map(|(deadline, _)| *deadline)
    }

    /// A batch whose time is up by now, and its keys. It is told once.
    pub(super) fn expire(&mut self, now: Instant) -> Option<(BatchId, Vec<Arc<str>>)> {
        let (_, id) = *self.due.first().filter(|(deadline, _)| *deadline <= now)?;
        self.due.pop_first();
        let batch = self.by_id.get_mut(&id)?;
        batch.is_expired = true;
        Some((id, std::mem::take(&mut batch.keys).into_keys().collect()))
    }

    #[cfg(test)]
    pub(super) fn is_expired(&self, terms: Terms) -> bool {
        self.by_id.get(&terms.batch).is_some_and(|batch| batch.is_expired)
    }
}
