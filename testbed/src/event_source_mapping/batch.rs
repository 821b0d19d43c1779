//! A batch of records on its way through the function, and what is left of it after an answer.
//!
//! An invocation that fails has the batch halved, which uses up no attempt, and a partial answer has it go on at the
//! record that was named (<https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html>). AWS
//! does not say whether progress gives a batch its attempts back. It may not, so here it does not: a batch has used up what
//! each of its invocations has, whichever record that stopped at, and a half begins with what the whole had used up.

use super::batch_response::Outcome;
use super::record::Record;
use super::settings::Settings;

/// Records of one shard in stream order, to be handed to the function together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    /// Never empty.
    pub(super) records: Vec<Record>,
    /// Attempts that were used up: its invocations, and those of the batches it is a part of, but where they were halved.
    pub(super) failures: u32,
    /// What bisecting split off: it goes after this part, the last one first.
    later: Vec<(Vec<Record>, u32)>,
}

/// Records that need no further invocation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Settled {
    /// Records that the function is done with.
    pub(super) done: Vec<Record>,
    /// Records that were given up, if any, and why the last attempt failed.
    pub(super) discarded: Option<(Vec<Record>, String)>,
}

impl Settled {
    pub(super) fn records(&self) -> impl Iterator<Item = &Record> {
        self.done.iter().chain(self.discarded.iter().flat_map(|(records, _)| records))
    }
}

impl Batch {
    pub(super) fn fresh(records: Vec<Record>) -> Self {
        Self { records, failures: 0, later: Vec::new() }
    }

    /// All records that still have to be settled.
    pub(super) fn unsettled(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().chain(self.later.iter().flat_map(|(records, _)| records))
    }

    /// Divides the batch into what is settled and what has to go again.
    pub(super) fn settle(mut self, outcome: &Outcome, settings: &Settings) -> (Settled, Option<Self>) {
        let failed_from = match outcome {
            Outcome::Success => self.records.len(),
            Outcome::Partial { from } => (*from).min(self.records.len()),
            Outcome::Failure { .. } => 0,
        };
        let rest = self.records.split_off(failed_from);
        let done = std::mem::replace(&mut self.records, rest);
        if self.records.is_empty() {
            return (Settled { done, discarded: None }, self.next_part());
        }
        if settings.bisect_batch_on_function_error && matches!(outcome, Outcome::Failure { .. }) && self.bisect() {
            return (Settled { done, discarded: None }, Some(self));
        }
        self.failures += 1;
        if settings.maximum_retry_attempts.is_some_and(|most| self.failures > most) {
            let reason = match outcome {
                Outcome::Failure { reason } => reason.clone(),
                _ => "the function reported its first unfinished record as failed".into(),
            };
            let discarded = Some((std::mem::take(&mut self.records), reason));
            return (Settled { done, discarded }, self.next_part());
        }
        (Settled { done, discarded: None }, Some(self))
    }

    /// Splits the batch in two halves, unless it is a single record. Neither half has used up a retry by that.
    fn bisect(&mut self) -> bool {
        if self.records.len() < 2 {
            return false;
        }
        let second = self.records.split_off(self.records.len() / 2);
        self.later.push((second, self.failures));
        true
    }

    fn next_part(mut self) -> Option<Self> {
        (self.records, self.failures) = self.later.pop()?;
        Some(self)
    }
}
