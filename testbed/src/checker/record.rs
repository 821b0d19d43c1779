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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position<'h> {
    pub(super) shard: &'h str,
    pub(super) sequence_number: &'h SequenceNumber,
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
        let told = self.produce.shard.as_deref().zip(self.produce.sequence_number.as_ref());
        let found = self.processings.iter().map(|process| (process.shard.as_str(), &process.sequence_number));
        let mut positions = Vec::with_capacity(1);
        for (shard, sequence_number) in told.into_iter().chain(found) {
            let position = Position { shard, sequence_number };
            if !positions.contains(&position) {
                positions.push(position);
            }
        }
        positions
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
        write!(f, "{}:{}", self.shard, self.sequence_number)
    }
}
