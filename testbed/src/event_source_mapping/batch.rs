//! A batch of records on its way through the function, and what is left of it after an answer.
//!
//! An invocation that fails may have the batch halved, which uses up no attempt, and a partial answer has it go on at the
//! record that was named (<https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html>). AWS
//! does not say whether progress gives a batch its attempts back. It may not, so here it does not: a batch has used up what
//! each of its invocations has, whichever record that stopped at, and a half begins with what the whole had used up.

use std::collections::HashSet;

use super::cause::Cause;
use super::outcome::Outcome;
use super::record::Record;

/// What a mapping does with a batch that failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Retries {
    /// How often a batch is tried again before it is discarded; `None` is for ever.
    pub(super) maximum_retry_attempts: Option<u32>,
    /// Whether a batch that failed as a whole is split in two.
    pub(super) bisect_batch_on_function_error: bool,
}

/// Records to be handed to the function together, those of each shard or partition in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch<R = Record> {
    /// Empty only where the function is told that a tumbling window is over.
    pub(super) records: Vec<R>,
    /// Attempts that were used up: its invocations, and those of the batches it is a part of, but where they were halved.
    pub(super) failures: u32,
    /// Why it goes to the function next.
    pub(super) cause: Cause,
    /// What bisecting split off: it goes after this part, the last one first.
    later: Vec<(Vec<R>, u32)>,
}

/// Records that need no further invocation.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settled<R = Record> {
    /// Records that the function is done with.
    pub(super) done: Vec<R>,
    /// Records that were given up, if any, and why the last attempt failed.
    pub(super) discarded: Option<(Vec<R>, String)>,
}

/// Records that were given up because of their age.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Expired<R = Record> {
    pub(super) records: Vec<R>,
    /// How many attempts they had used up.
    pub(super) failures: u32,
}

impl<R> Settled<R> {
    pub(super) fn records(&self) -> impl Iterator<Item = &R> {
        self.done.iter().chain(self.discarded.iter().flat_map(|(records, _)| records))
    }
}

impl<R> Batch<R> {
    pub(super) fn fresh(records: Vec<R>) -> Self {
        Self { records, failures: 0, cause: Cause::Fresh, later: Vec::new() }
    }

    /// Records that are done, and go once more.
    pub(super) fn again(records: Vec<R>) -> Self {
        Self { cause: Cause::Redelivery, ..Self::fresh(records) }
    }

    /// No records: the function is told that a window is over.
    pub(super) fn of_window() -> Self {
        Self { cause: Cause::Window, ..Self::fresh(Vec::new()) }
    }

    /// All records that still have to be settled.
    pub(super) fn unsettled(&self) -> impl Iterator<Item = &R> {
        self.records.iter().chain(self.later.iter().flat_map(|(records, _)| records))
    }

    /// The same, when the batch is given up as one.
    pub(super) fn into_unsettled(self) -> impl Iterator<Item = R> {
        self.records.into_iter().chain(self.later.into_iter().flat_map(|(records, _)| records))
    }

    /// Divides the batch into what is settled and what has to go again.
    pub(super) fn settle(mut self, outcome: &Outcome, settings: Retries) -> (Settled<R>, Option<Self>) {
        let done = match outcome {
            Outcome::Success => std::mem::take(&mut self.records),
            Outcome::Partial { left } => self.keep(left),
            Outcome::Failure { .. } => Vec::new(),
        };
        if self.records.is_empty() {
            return (Settled { done, discarded: None }, self.next_part());
        }
        self.cause = Cause::Retry;
        if settings.bisect_batch_on_function_error && matches!(outcome, Outcome::Failure { .. }) && self.bisect() {
            return (Settled { done, discarded: None }, Some(self));
        }
        self.failures += 1;
        if settings.maximum_retry_attempts.is_some_and(|most| self.failures > most) {
            let reason = match outcome {
                Outcome::Failure { reason } => reason.clone(),
                _ => "the function reported records as failed".into(),
            };
            let discarded = Some((std::mem::take(&mut self.records), reason));
            return (Settled { done, discarded }, self.next_part());
        }
        (Settled { done, discarded: None }, Some(self))
    }

    /// Takes the records out that are too old to go to the function now. What is left goes as it would have.
    pub(super) fn expire(mut self, is_old: impl Fn(&R) -> bool) -> (Option<Expired<R>>, Option<Self>) {
        let failures = self.failures;
        let (records, young) = std::mem::take(&mut self.records).into_iter().partition::<Vec<_>, _>(is_old);
        self.records = young;
        if records.is_empty() {
            return (None, Some(self));
        }
        let rest = if self.records.is_empty() { self.next_part() } else { Some(self) };
        (Some(Expired { records, failures }), rest)
    }

    /// What is left of a batch without records, by which the function is told that a window is over: nothing unless it goes again.
    pub(super) fn settle_window(mut self, outcome: &Outcome, settings: Retries) -> Option<Self> {
        self.failures += 1;
        let is_exhausted = settings.maximum_retry_attempts.is_some_and(|most| self.failures > most);
        (matches!(outcome, Outcome::Failure { .. }) && !is_exhausted).then_some(self)
    }

    /// Keeps the records at these indices, and gives back the others.
    fn keep(&mut self, left: &[usize]) -> Vec<R> {
        let left: HashSet<_> = left.iter().collect();
        let records = std::mem::take(&mut self.records).into_iter().enumerate();
        let (kept, done): (Vec<_>, Vec<_>) = records.partition(|(index, _)| left.contains(index));
        self.records = kept.into_iter().map(|(_, record)| record).collect();
        done.into_iter().map(|(_, record)| record).collect()
    }

    /// Splits the batch in two halves, unless it is a single record. Neither half has used up a retry by that.
    fn bisect(&mut self) -> bool {
        if self.records.len() < 2 {
            return false;
        }
        self.cause = Cause::Bisected;
        let second = self.records.split_off(self.records.len() / 2);
        self.later.push((second, self.failures));
        true
    }

    fn next_part(mut self) -> Option<Self> {
        (self.records, self.failures) = self.later.pop()?;
        self.cause = Cause::Bisected;
        Some(self)
    }
}
