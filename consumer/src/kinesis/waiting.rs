//! The messages of a Kinesis record, each taken apart when its turn comes.

use std::sync::Arc;

use kinetrace::__private::warn;
use kinetrace::{Extraction, Propagators, Reader, Records};

use crate::kinesis::event::EventRecord;
use crate::message::Message;
use crate::origin::Origin;
use crate::record::Record;
use kinetrace::kafka::Headers;

/// A message that is not begun.
pub(crate) struct Waiting {
    /// The place of its Kinesis record in the event, from 0: the records of an aggregate have one place.
    pub(crate) index: usize,
    pub(crate) content: Content,
}

/// A message of an aggregate is not even read: a Lambda event has room for some hundred thousand of them, and together they
/// would take a hundred times the memory of the event.
pub(crate) enum Content {
    Read(Box<Message>),
    Packed(Arc<Packed>, usize),
}

/// The messages of one Kinesis record.
pub(crate) struct Packed {
    pub(crate) record: EventRecord,
    records: Records,
    reader: Reader,
    propagators: Propagators,
}

impl Packed {
    fn new(record: EventRecord, reader: Reader, propagators: &Propagators) -> Self {
        let records = reader.records(record.data.clone(), record.partition_key.clone());
        Self { record, records, reader, propagators: propagators.clone() }
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
        let key = record.partition_key.clone().filter(|key| names_the_record(key, self.reader));
        self.propagators.first_unread(&fields).into_iter().for_each(warn);
        Message { context: self.propagators.extract(&fields), key, record }
    }

    pub(crate) fn key(&self, place: usize) -> Option<&str> {
        self.records.partition_key(place).filter(|key| names_the_record(key, self.reader))
    }
}

/// A key that is missing, or is itself a context, does not name what the record is about. The format does not tell, for a
/// context that is found in the data is preferred to one in the key.
fn names_the_record(key: &str, reader: Reader) -> bool {
    !key.is_empty() && !reader.is_context(key)
}

impl Waiting {
    /// The messages of one Kinesis record, in their order.
    pub(crate) fn all_of(
        index: usize,
        record: EventRecord,
        reader: Reader,
        propagators: &Propagators,
    ) -> impl Iterator<Item = Self> {
        let packed = Arc::new(Packed::new(record, reader, propagators));
        let only = if packed.len() == 1 { packed.message(0) } else { None };
        let several = if only.is_some() { 0 } else { packed.len() };
        let several = (0..several).map(move |place| Content::Packed(Arc::clone(&packed), place));
        let only = only.map(|message| Content::Read(Box::new(message)));
        only.into_iter().chain(several).map(move |content| Self { index, content })
    }

    /// The place is one of the aggregate, so there is a message.
    pub(crate) fn read(self) -> Option<Message> {
        match self.content {
            Content::Read(message) => Some(*message),
            Content::Packed(packed, place) => packed.message(place),
        }
    }
}

/// One message, or those that were packed into an aggregate, each read when it is asked for.
pub(crate) fn messages(
    record: EventRecord,
    reader: Reader,
    propagators: &Propagators,
) -> impl Iterator<Item = Message> {
    let packed = Packed::new(record, reader, propagators);
    (0..packed.len()).filter_map(move |place| packed.message(place))
}
