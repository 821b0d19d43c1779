//! A record, taken apart, with the context it carried.

use std::sync::Arc;

use kinetrace::{Extraction, Propagators, Reader, Records, SequenceNumber, complain};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt as _};

use crate::kinesis::event::EventRecord;
use crate::record::Record;

pub(crate) struct Message {
    pub(crate) record: Record,
    /// What the producer sent along, baggage included.
    pub(crate) context: Context,
}

impl Message {
    /// One message, or those that were packed into an aggregate, each read when it is asked for.
    pub(crate) fn read(record: EventRecord, reader: Reader, propagators: &Propagators) -> impl Iterator<Item = Self> {
        let packed = Packed::new(record, reader, propagators);
        (0..packed.len()).filter_map(move |place| packed.message(place))
    }

    fn new(record: &EventRecord, extraction: Extraction, propagators: &Propagators) -> Self {
        let Extraction { format, fields, order, payload, user_record, .. } = extraction;
        let (partition_key, explicit_hash_key, sub_sequence_number) = match user_record {
            Some(own) => (Some(own.partition_key), own.explicit_hash_key, Some(own.sub_sequence_number)),
            None => (record.partition_key.clone(), None, None),
        };
        let record = Record {
            payload,
            partition_key,
            explicit_hash_key,
            stream: record.stream.clone(),
            shard_id: record.shard_id.clone(),
            sequence_number: record.sequence_number.clone(),
            sub_sequence_number,
            order,
            arrival: record.arrival,
            format,
        };
        propagators.first_unread(&fields).into_iter().for_each(complain);
        Self { context: propagators.extract(&fields), record }
    }

    /// The span that the producer named.
    pub(crate) fn sender(&self) -> Option<SpanContext> {
        Some(self.context.span().span_context().clone()).filter(SpanContext::is_valid)
    }
}

/// A message that is not begun. One of an aggregate is not even read: a Lambda event has room for some hundred thousand of
/// them, and together they would take a hundred times the memory of the event.
pub(crate) enum Waiting {
    Read(Box<Message>),
    Packed(Arc<Packed>, usize),
}

/// The messages of one Kinesis record.
pub(crate) struct Packed {
    record: EventRecord,
    records: Records,
    propagators: Propagators,
}

impl Packed {
    fn new(record: EventRecord, reader: Reader, propagators: &Propagators) -> Self {
        let records = reader.records(record.data.clone(), record.partition_key.clone());
        Self { record, records, propagators: propagators.clone() }
    }

    fn len(&self) -> usize {
        self.records.len()
    }

    fn message(&self, place: usize) -> Option<Message> {
        Some(Message::new(&self.record, self.records.get(place)?, &self.propagators))
    }
}

impl Waiting {
    /// The messages of one Kinesis record, in their order.
    pub(crate) fn all_of(record: EventRecord, reader: Reader, propagators: &Propagators) -> impl Iterator<Item = Self> {
        let packed = Arc::new(Packed::new(record, reader, propagators));
        let only = if packed.len() == 1 { packed.message(0) } else { None };
        let several = if only.is_some() { 0 } else { packed.len() };
        let several = (0..several).map(move |place| Self::Packed(Arc::clone(&packed), place));
        only.map(|message| Self::Read(Box::new(message))).into_iter().chain(several)
    }

    /// Number and shard of its Kinesis record.
    pub(crate) fn place(&self) -> (&SequenceNumber, &Arc<str>) {
        match self {
            Self::Read(message) => (&message.record.sequence_number, &message.record.shard_id),
            Self::Packed(packed, _) => (&packed.record.sequence_number, &packed.record.shard_id),
        }
    }

    /// The message's own partition key.
    pub(crate) fn partition_key(&self) -> Option<&str> {
        match self {
            Self::Read(message) => message.record.partition_key.as_deref(),
            Self::Packed(packed, place) => packed.records.partition_key(*place),
        }
    }

    /// The place is one of the aggregate, so there is a message.
    pub(crate) fn read(self) -> Option<Message> {
        match self {
            Self::Read(message) => Some(*message),
            Self::Packed(packed, place) => packed.message(place),
        }
    }
}
