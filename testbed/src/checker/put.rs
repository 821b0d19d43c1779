//! What the checker keeps of a record's put.

use kinetrace::history::{Produce, PutOutcome};
use kinetrace::{HashKey, Order};

use super::ids::SpanIds;
use super::line::digest;
use super::names::{KeyId, Names};
use super::number::Number;
use super::position::Position;
use super::processing::Processing;

/// A record's put, or that its line is missing. Times are microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Put {
    pub(super) key: KeyId,
    pub(super) order: Order,
    /// `None` for a record of which there are processings only.
    pub(super) outcome: Option<PutOutcome>,
    /// Where the producer was told that the record is.
    pub(super) told: Option<Position>,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) context: Option<SpanIds>,
    pub(super) payload_crc32: u32,
    /// Where its client asked for it to be placed. Boxed, because few records have one.
    pub(super) explicit_hash_key: Option<Box<HashKey>>,
    /// Whether there is a line, and the producer wrote it.
    pub(super) tells_content: bool,
    /// Whether a function may still get the record, so that it is not lost.
    pub(super) is_waiting: bool,
    /// Whether no function will.
    pub(super) is_given_up: bool,
    /// Of the whole line.
    digest: u64,
    /// What was settled before it, though its number is smaller.
    pub(super) passed: Option<Box<Passed>>,
}

/// The first record of the series that was settled before one of a smaller number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Passed {
    pub(super) position: Option<Position>,
    pub(super) success: Option<u64>,
}

impl Put {
    pub(super) fn new(produce: &Produce, order: Order, names: &mut Names) -> Self {
        let stream = names.name(&produce.stream);
        let told = produce.shard.as_ref().zip(produce.sequence_number.as_ref());
        let told = told.map(|(shard, number)| {
            Position::new(names.name(shard), Number::new(number.as_str(), names), produce.sub_sequence_number)
        });
        Self {
            key: names.key(stream, &produce.group),
            order,
            outcome: Some(produce.outcome),
            told,
            start: produce.start.0,
            // A clock that was set back meanwhile is reported elsewhere.
            end: produce.end.0.max(produce.start.0),
            context: produce.context.as_ref().map(|ids| SpanIds::new(ids, names)),
            payload_crc32: produce.payload_crc32,
            explicit_hash_key: produce.explicit_hash_key.map(Box::new),
            tells_content: !produce.is_seen_from_outside(),
            is_waiting: false,
            is_given_up: false,
            digest: digest(produce),
            passed: None,
        }
    }

    /// A record that only its processing mentions.
    pub(super) fn missing(key: KeyId, order: Order, of: &Processing) -> Self {
        Self {
            key,
            order,
            outcome: None,
            told: None,
            start: 0,
            end: 0,
            context: None,
            payload_crc32: of.payload_crc32,
            explicit_hash_key: None,
            tells_content: false,
            is_waiting: false,
            is_given_up: false,
            digest: 0,
            passed: None,
        }
    }

    /// Of the whole line.
    pub(super) fn digest(&self) -> u64 {
        self.digest
    }

    /// Whether it is the same line, read once more.
    pub(super) fn is_copy_of(&self, other: &Self) -> bool {
        self.outcome.is_some() && (self.key, self.order, self.digest) == (other.key, other.order, other.digest)
    }

    pub(super) fn is_acknowledged(&self) -> bool {
        self.outcome == Some(PutOutcome::Acknowledged)
    }
}
