//! What Lambda is told at the end of an invocation: that all is done, what is left, or that the batch failed.
//!
//! No I/O, no clock.

use std::collections::HashSet;
use std::sync::Arc;

use super::batch_error::BatchError;
use super::batch_response::BatchResponse;
use super::event::{EventPartition, RecordError};
use super::unfinished::Unfinished;

/// How the answer reports records that are not done. Which way is right depends on the event source mapping, of which a
/// function knows nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// The invocation fails, and the whole batch comes again. It is right for every mapping, and the only way with an
    /// on-demand one, which takes whatever is answered for a success.
    #[default]
    Error,
    /// The answer names every record of a partition from its first unfinished one on. Only for a mapping with provisioned
    /// pollers and `ReportBatchItemFailures`: **with any other, the records that it names are lost**.
    Items,
}

impl Answer {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "error" => Some(Self::Error),
            "items" => Some(Self::Items),
            _ => None,
        }
    }
}

/// By what Lambda knows the records of a partition, in its order.
#[derive(Debug)]
pub(crate) struct PartitionItems {
    name: Arc<str>,
    /// An error has no name.
    offsets: Vec<Result<i64, Box<RecordError>>>,
}

impl PartitionItems {
    pub(crate) fn of(partition: &EventPartition) -> Self {
        let offset = |record: &Result<_, RecordError>| match record {
            Ok(super::event::EventRecord { offset, .. }) => Ok(*offset),
            Err(bad) => bad.offset.filter(|_| bad.is_named()).ok_or_else(|| Box::new(bad.clone())),
        };
        Self { name: Arc::clone(&partition.name), offsets: partition.records.iter().map(offset).collect() }
    }
}

/// The answer to an event of these partitions, of which these are not done.
///
/// * No answer can name a record that has no offset, so the whole batch fails, wherever it stands among what is left.
/// * Where nothing at all is done, the batch fails as well. Naming all of it would say no more, and a failed invocation
///   is retried by every mapping, and halved by one with `BisectBatchOnFunctionError`, until a bad record is alone.
pub(crate) fn answer(
    unfinished: Vec<Unfinished>,
    items: &[PartitionItems],
    how: Answer,
) -> Result<BatchResponse, BatchError> {
    if unfinished.is_empty() {
        return Ok(BatchResponse::done());
    }
    if how == Answer::Error {
        return Err(BatchError::Unfinished(unfinished));
    }
    let left = left(&unfinished, items)?;
    let records: usize = items.iter().map(|partition| partition.offsets.len()).sum();
    if left.iter().map(|(_, offsets)| offsets.len()).sum::<usize>() == records {
        return Err(BatchError::Unfinished(unfinished));
    }
    Ok(BatchResponse::left(left.into_iter().flat_map(|(name, offsets)| {
        let mut named = HashSet::new();
        let once = offsets.into_iter().filter(move |offset| named.insert(*offset));
        once.map(move |offset| (Arc::clone(&name), offset))
    })))
}

/// What is left of a partition: its name, and offsets.
type Left = (Arc<str>, Vec<i64>);

fn left(unfinished: &[Unfinished], items: &[PartitionItems]) -> Result<Vec<Left>, BatchError> {
    let partition = |it: &Unfinished| {
        let PartitionItems { name, offsets } = items.get(it.partition)?;
        let left = offsets.get(it.index..)?;
        Some(left.iter().cloned().collect::<Result<Vec<_>, _>>().map(|left| (Arc::clone(name), left)))
    };
    unfinished.iter().filter_map(partition).collect::<Result<_, _>>().map_err(BatchError::Unidentified)
}

#[cfg(test)]
mod tests;
