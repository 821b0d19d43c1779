//! What a handler of batches gets.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::vec;

use opentelemetry::Context;

use crate::record::Record;
use crate::trace_context::TraceContext;

/// Records of one shard, or of one partition of Kafka, in the order of the stream or topic: those of the invocation, up to the first
/// that cannot be read. It is never empty. Cloning copies no record.
///
/// It is a slice of [`Record`]s (`len`, `iter`, an index, `chunks`), and iterates over records or references to them.
#[derive(Clone)]
pub struct Batch {
    records: Arc<[Record]>,
    /// Of each record, with its span.
    contexts: Arc<[Context]>,
    /// What stands before it is done.
    first: usize,
}

impl Batch {
    /// A batch as a handler's unit test needs it: a record, and those after it.
    ///
    /// ```
    /// use kinetrace_consumer::{Batch, Record};
    ///
    /// let batch = Batch::new(Record::new("N14228", "1"), [Record::new("N24211", "2")]);
    /// assert_eq!(batch[1].payload, "2");
    /// assert_eq!(batch.len(), 2);
    /// ```
    pub fn new(first: Record, others: impl IntoIterator<Item = Record>) -> Self {
        let records: Arc<[Record]> = std::iter::once(first).chain(others).collect();
        let contexts = records.iter().map(|_| Context::new()).collect();
        Self { records, contexts, first: 0 }
    }

    /// Of records with their contexts; `None` if there is none.
    pub(crate) fn of(records: impl IntoIterator<Item = (Record, Context)>) -> Option<Self> {
        let (records, contexts): (Vec<_>, Vec<_>) = records.into_iter().unzip();
        (!records.is_empty()).then(|| Self { records: records.into(), contexts: contexts.into(), first: 0 })
    }

    /// The process span of the record at this index, for what is stored or sent on with it; `None` if there is no such record.
    /// The current span is that of the whole batch.
    pub fn trace(&self, index: usize) -> Option<TraceContext> {
        self.context(index).map(TraceContext::of)
    }

    pub(crate) fn context(&self, index: usize) -> Option<&Context> {
        self.contexts.get(self.first..)?.get(index)
    }

    /// What comes after so many records.
    pub(crate) fn after(self, records: usize) -> Option<Self> {
        let first = self.first.saturating_add(records);
        (first < self.records.len()).then_some(Self { first, ..self })
    }

    /// The records at these indices; `None` if there is none.
    pub(crate) fn only(&self, indices: &[usize]) -> Option<Self> {
        if indices.len() == self.len() {
            return Some(self.clone());
        }
        let record = |index: &usize| Some((self.get(*index)?.clone(), self.context(*index)?.clone()));
        Self::of(indices.iter().filter_map(record))
    }
}

impl Deref for Batch {
    type Target = [Record];

    fn deref(&self) -> &[Record] {
        &self.records[self.first..]
    }
}

impl AsRef<[Record]> for Batch {
    fn as_ref(&self) -> &[Record] {
        self
    }
}

/// Copies no text.
impl IntoIterator for Batch {
    type Item = Record;
    type IntoIter = vec::IntoIter<Record>;

    fn into_iter(self) -> Self::IntoIter {
        Vec::from(&self[..]).into_iter()
    }
}

impl<'a> IntoIterator for &'a Batch {
    type Item = &'a Record;
    type IntoIter = std::slice::Iter<'a, Record>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Batch").field(&&**self).finish()
    }
}
