//! A case in which a property does not hold, and the records that show it.

use kinetrace::SequenceNumber;
use kinetrace::history::Event;

use super::names::{KeyId, Names};
use super::position::Position;
use super::record::Record;

/// A case in which a property does not hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violation {
    /// What was found, for people.
    pub text: String,
    /// The records that were compared, the one at fault first. One whose place in the stream nobody told is not among them.
    pub records: Vec<RecordId>,
}

/// What finds a record in a history: the place of a copy of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecordId {
    /// The stream's or the topic's name.
    pub stream: String,
    /// The shard or the partition.
    pub shard: String,
    /// The number there.
    pub sequence_number: SequenceNumber,
    /// The place in an aggregate, from 0.
    pub sub_sequence_number: Option<u64>,
    /// The key, as the lines have it; empty if none of them names it.
    pub group: String,
}

impl RecordId {
    /// What a line is about; `None` if it does not say where the record is, as that of a shard.
    pub fn of(event: &Event) -> Option<Self> {
        match event {
            Event::Produce(line) => Some(Self {
                stream: line.stream.clone(),
                shard: line.shard.clone()?,
                sequence_number: line.sequence_number.clone()?,
                sub_sequence_number: line.sub_sequence_number,
                group: line.group.clone(),
            }),
            Event::Process(line) => Some(Self {
                stream: line.stream.to_string(),
                shard: line.shard.to_string(),
                sequence_number: line.sequence_number.clone(),
                sub_sequence_number: line.sub_sequence_number,
                group: line.group.as_deref().unwrap_or_default().to_owned(),
            }),
            Event::Shard(_) | Event::Partitions(_) => None,
        }
    }

    /// The record of the key that stands there.
    pub(super) fn at(position: Position, key: KeyId, names: &Names) -> Self {
        Self {
            stream: names.text(names.stream_of(key)).to_owned(),
            shard: names.text(position.shard).to_owned(),
            sequence_number: position.number.digits(names).into(),
            sub_sequence_number: position.within(),
            group: names.group_of(key).to_owned(),
        }
    }
}

impl Violation {
    pub(super) fn new(text: String, records: impl IntoIterator<Item = RecordId>) -> Self {
        Self { text, records: records.into_iter().collect() }
    }
}

impl Record<'_> {
    /// Where it stands; `None` if nobody told.
    pub(super) fn id(&self, names: &Names) -> Option<RecordId> {
        Some(RecordId::at(*self.positions().first()?, self.put.key, names))
    }
}
