//! What a mapping does, for those who watch it.

use kinetrace::SequenceNumber;

use super::cause::Cause;
use super::discard::Discard;
use super::error::Error;
use super::record::Record;

/// Something that a mapping did.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Happening {
    /// It reads a shard from now on.
    ShardStarted {
        /// The shard's id.
        shard: String,
    },
    /// The shard was closed by a split or a merge, and all its records are settled.
    ShardEnded {
        /// The shard's id.
        shard: String,
    },
    /// A read of a shard brought records, or was the shard's first, or `MillisBehindLatest` changed with it. Other reads are not
    /// reported.
    Read {
        /// The shard's id.
        shard: String,
        /// What it brought, in the shard's order; it may be nothing.
        records: Vec<Record>,
        /// `MillisBehindLatest`.
        millis_behind_latest: i64,
    },
    /// No filter pattern matches these records, so they are done without an invocation.
    Filtered {
        /// The shard's id.
        shard: String,
        /// The records.
        records: Vec<SequenceNumber>,
    },
    /// The function is about to be invoked.
    Began {
        /// Names the invocation: numbers of a mapping ascend from 0.
        invocation: u64,
        /// The shard's id.
        shard: String,
        /// Which of the shard's concurrent batches it is, from 0 up to the ParallelizationFactor.
        lane: usize,
        /// The records of its event, in the shard's order. None where a tumbling window is over.
        records: Vec<SequenceNumber>,
        /// Why these records go to the function now.
        cause: Cause,
        /// How many invocations had these records before, as far as they count as attempts.
        attempt: u32,
    },
    /// The function has answered, or failed.
    Ended {
        /// The invocation.
        invocation: u64,
        /// What the mapping makes of the answer.
        answered: Answered,
        /// What the function reported as failed although the mapping does not look at it (`ReportBatchItemFailures` is off): the
        /// first record that it named. This record and those after it in the batch count as done.
        ignored: Option<SequenceNumber>,
    },
    /// Records were given up.
    Discarded(Discard),
    /// The mapping does not go on.
    Failed(Error),
}

/// What a mapping makes of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answered {
    /// All records of the batch are done.
    Succeeded,
    /// The records before this one are done, and it and those after it are not.
    Partial {
        /// The first record that is not done.
        from: SequenceNumber,
    },
    /// No record is done.
    Failed {
        /// Why.
        reason: String,
    },
}
