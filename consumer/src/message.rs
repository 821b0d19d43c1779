//! A record, taken apart, with the context it carried.

use kinetrace::{Extraction, Propagators, Reader};
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt as _};

use crate::event::EventRecord;
use crate::record::Record;

pub(crate) struct Message {
    pub(crate) record: Record,
    /// What the producer sent along, baggage included.
    pub(crate) context: Context,
}

impl Message {
    /// One message, or those that were packed into an aggregate.
    pub(crate) fn read<'a>(
        record: EventRecord,
        reader: Reader,
        propagators: &'a Propagators,
    ) -> impl Iterator<Item = Self> + use<'a> {
        let extractions = reader.read(record.data.clone(), record.partition_key.as_deref());
        extractions.into_iter().map(move |extraction| Self::new(&record, extraction, propagators))
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
        Self { context: propagators.extract(&fields), record }
    }

    /// The span that the producer named.
    pub(crate) fn sender(&self) -> Option<SpanContext> {
        Some(self.context.span().span_context().clone()).filter(SpanContext::is_valid)
    }
}
