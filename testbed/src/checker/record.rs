//! One record of a history: its put, and every time it was processed.

use std::fmt;

use kinetrace::history::{Process, ProcessOutcome, Produce, PutOutcome};
use kinetrace::sequence_number::SequenceNumber;

/// A produced record.
#[derive(Debug)]
pub(super) struct Record<'h> {
    pub(super) produce: &'h Produce,
    /// In the order of their starts.
    pub(super) processings: Vec<&'h Process>,
}

/// A place in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Position<'h> {
    pub(super) shard: &'h str,
    pub(super) sequence_number: &'h SequenceNumber,
    /// The place in an aggregate; `None` if there is none, or if who tells knows of none.
    pub(super) sub_sequence_number: Option<u64>,
}

impl<'h> Record<'h> {
    pub(super) fn acknowledged(&self) -> bool {
        self.produce.outcome == PutOutcome::Acknowledged
    }

    /// The one that counts: what comes after it is a redelivery.
    pub(super) fn first_success(&self) -> Option<&'h Process> {
        self.processings.iter().copied().find(|process| process.outcome == ProcessOutcome::Succeeded)
    }

    /// Where copies of the record stand, as far as is known: where the producer was told, then where consumers found
    /// others, for instance of a put whose answer was lost.
    pub(super) fn positions(&self) -> Vec<Position<'h>> {
        let found = || self.processings.iter().copied().map(Position::found);
        let told = Position::told(self.produce).map(|told| {
            // Of its place in an aggregate, who took that apart knows better.
            let within = found().find(|found| found.whole() == told.whole() && found.sub_sequence_number.is_some());
            within.unwrap_or(told)
        });
        let mut positions = Vec::with_capacity(1);
        for position in told.into_iter().chain(found()) {
            if !positions.contains(&position) {
                positions.push(position);
            }
        }
        positions
    }
}

impl<'h> Position<'h> {
    /// Where the producer was told that the record is.
    pub(super) fn told(produce: &'h Produce) -> Option<Self> {
        let (shard, sequence_number) = produce.shard.as_deref().zip(produce.sequence_number.as_ref())?;
        Some(Self { shard, sequence_number, sub_sequence_number: produce.sub_sequence_number })
    }

    /// Where a consumer found a record.
    pub(super) fn found(process: &'h Process) -> Self {
        let Process { shard, sequence_number, sub_sequence_number, .. } = process;
        Self { shard, sequence_number, sub_sequence_number: *sub_sequence_number }
    }

    /// The place of the whole aggregate.
    pub(super) fn whole(self) -> Self {
        Self { sub_sequence_number: None, ..self }
    }

    /// Whether nothing speaks against their being one place.
    pub(super) fn may_be(self, other: Self) -> bool {
        let within = self.sub_sequence_number.zip(other.sub_sequence_number);
        self.whole() == other.whole() && within.is_none_or(|(own, others)| own == others)
    }
}

impl fmt::Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Produce { stream, group, order, .. } = self.produce;
        write!(f, "record {} of group {group:?} (stream {stream}, producer {}", order.sequence, order.producer)?;
        match self.positions().first() {
            Some(position) => write!(f, ", {position})"),
            None => f.write_str(")"),
        }
    }
}

impl fmt::Display for Position<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.shard, self.sequence_number)?;
        self.sub_sequence_number.map_or(Ok(()), |place| write!(f, "/{place}"))
    }
}
