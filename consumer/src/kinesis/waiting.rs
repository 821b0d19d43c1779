//! The messages of a Kinesis record, each taken apart when its turn comes.

use std::sync::Arc;

use kinetrace::{Extraction, Propagators, Reader, Records};

use crate::kinesis::event::EventRecord;
use crate::message::{Message, context_of};
use crate::origin::Origin;
use crate::record::Record;
use kinetrace::kafka::Headers;

/// By what records are taken apart.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) reader: Reader,
    pub(crate) propagators: Propagators,
}

/// A message that is not begun.
pub(crate) struct Waiting {
    /// The place of its Kinesis record in the event, from 0: the records of an aggregate have one place.
    pub(crate) index: usize,
    pub(crate) content: Content,
}

/// A message is not even read, unless its context is asked for before it is begun: a Lambda event has room for some hundred
/// thousand of them in aggregates, and together they would take a hundred times the memory of the event.
pub(crate) enum Content {
    Read(Box<Message>),
    /// The only one of its Kinesis record.
    One(Box<Packed>),
    Packed(Arc<Packed>, usize),
}

/// The messages of one Kinesis record.
pub(crate) struct Packed {
    pub(crate) record: EventRecord,
    records: Records,
    reading: Arc<Reading>,
}

impl Packed {
    fn new(record: EventRecord, reading: &Arc<Reading>) -> Self {
        let records = reading.reader.records(record.data.clone(), record.partition_key.clone());
        Self { record, records, reading: Arc::clone(reading) }
    }

    fn len(&self) -> usize {
        self.records.len()
    }

    fn message(&self, place: usize) -> Option<Message> {
        Some(self.of(self.records.get(place)?))
    }

    fn of(&self, extraction: Extraction) -> Message {
        let Extraction { format, fields, order, payload, user_record, .. } = extraction;
        let record = &self.record;
        let (partition_key, explicit_hash_key, sub_sequence_number) = match user_record {
            Some(own) => (Some(own.partition_key), own.explicit_hash_key, Some(own.sub_sequence_number)),
            None => (record.partition_key.clone(), None, None),
        };
        let record = Record {
            payload,
            partition_key,
            key: None,
            headers: Headers::default(),
            explicit_hash_key,
            stream: record.stream.clone(),
            shard_id: record.shard_id.clone(),
            sequence_number: record.sequence_number.clone(),
            sub_sequence_number,
            order,
            arrival: record.arrival,
            format,
            is_tombstone: false,
            origin: Some(Origin::Kinesis { stream_arn: record.stream_arn.clone(), data: record.data.clone() }),
        };
        let Reading { reader, propagators } = &*self.reading;
        let key = record.partition_key.clone().filter(|key| names_the_record(key, *reader));
        Message { context: context_of(&fields, propagators), key, record }
    }

    pub(crate) fn key(&self, place: usize) -> Option<&str> {
        self.records.partition_key(place).filter(|key| names_the_record(key, self.reading.reader))
    }
}

/// A key that is missing, or is itself a context, does not name what the record is about. The format does not tell, for a
/// context that is found in the data is preferred to one in the key.
fn names_the_record(key: &str, reader: Reader) -> bool {
    !key.is_empty() && !reader.is_context(key)
}

impl Waiting {
    /// The messages of one Kinesis record, in their order.
    pub(crate) fn all_of(index: usize, record: EventRecord, reading: &Arc<Reading>) -> impl Iterator<Item = Self> {
        let packed = Packed::new(record, reading);
        let (one, several) =
            if packed.len() == 1 { (Some(Box::new(packed)), None) } else { (None, Some(Arc::new(packed))) };
        let several = several
            .into_iter()
            .flat_map(|packed| (0..packed.len()).map(move |place| Content::Packed(Arc::clone(&packed), place)));
        one.map(Content::One).into_iter().chain(several).map(move |content| Self { index, content })
    }

    /// With its context, if it is the only message of its Kinesis record.
    pub(crate) fn with_context(self) -> Self {
        let content = match self.content {
            Content::One(packed) => match packed.message(0) {
                Some(message) => Content::Read(Box::new(message)),
                None => Content::One(packed),
            },
            content => content,
        };
        Self { content, ..self }
    }

    /// The place is one of the aggregate, so there is a message.
    pub(crate) fn read(self) -> Option<Message> {
        match self.content {
            Content::Read(message) => Some(*message),
            Content::One(packed) => packed.message(0),
            Content::Packed(packed, place) => packed.message(place),
        }
    }
}

/// One message, or those that were packed into an aggregate, each read when it is asked for.
pub(crate) fn messages(record: EventRecord, reading: &Arc<Reading>) -> impl Iterator<Item = Message> {
    let packed = Packed::new(record, reading);
    (0..packed.len()).filter_map(move |place| packed.message(place))
}
