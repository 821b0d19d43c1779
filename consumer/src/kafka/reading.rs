//! What the business code gets of a record, and the context that the record carried.

use std::sync::Arc;

use bytes::Bytes;
use kinetrace::kafka::{HeaderContext, HeaderList, HeaderReader, key_text};
use kinetrace::{Extraction, Propagators, Reader};

use super::event::EventRecord;
use crate::message::{Message, context_of};
use crate::origin::{KafkaOrigin, Origin};
use crate::record::Record;

/// How records are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) headers: HeaderReader,
    /// How values and keys are looked into, where that is asked for.
    pub(crate) values: Option<Reader>,
    pub(crate) propagators: &'a Propagators,
}

impl Reading<'_> {
    /// A context is looked for in the headers. A value is the business's, and stays as it is.
    pub(crate) fn message(&self, record: EventRecord) -> Message {
        let HeaderContext { mut fields, mut order, mut format, .. } =
            self.headers.read(HeaderList::iter(&record.headers));
        let key: Option<Arc<str>> = record.key.as_deref().map(|key| key_text(key).as_ref().into());
        let text = record.key.as_deref().and_then(|key| std::str::from_utf8(key).ok());
        let partition_key = text.map(|text| key.clone().filter(|key| **key == *text).unwrap_or_else(|| text.into()));
        let value = record.value.clone().unwrap_or_default();
        let mut payload = value.clone();
        if let Some(within) = self.within(&value, partition_key.as_ref()) {
            payload = within.payload;
            order = order.or(within.order);
            if fields.is_empty() {
                (fields, format) = (within.fields, within.format);
            }
        }
        let key = key.filter(|key| !self.values.is_some_and(|reader| reader.is_context(key)));
        let record = Record {
            payload,
            partition_key,
            key: record.key,
            headers: record.headers,
            explicit_hash_key: None,
            stream: record.topic,
            shard_id: record.partition.to_string().into(),
            sequence_number: record.offset.to_string().into(),
            sub_sequence_number: None,
            order,
            arrival: record.timestamp,
            format,
            is_tombstone: record.value.is_none(),
            origin: Some(Origin::Kafka(KafkaOrigin {
                cluster_arn: record.cluster_arn,
                partition: record.partition,
                offset: record.offset,
                value: record.value,
            })),
        };
        Message { context: context_of(&fields, self.propagators), key, record }
    }

    /// What the value is made of, if it has a format of Kinesis. Aggregates stay as they are: Kafka packs records itself.
    fn within(&self, value: &Bytes, key: Option<&Arc<str>>) -> Option<Extraction> {
        let records = self.values?.records(value.clone(), key.cloned());
        if records.len() == 1 { records.get(0) } else { None }
    }
}
