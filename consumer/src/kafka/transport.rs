//! Kafka as a transport: what schedules, processes and measures records learns of them.

use std::sync::Arc;

use kinetrace::__private::semantic_conventions::{self as names, Destination, Operation};
use kinetrace::history;
use opentelemetry::{Context, KeyValue};

use super::event::{EventPartition, RecordError};
use super::reading::Reading;
use super::unfinished::Unfinished;
use crate::batch::Slot;
use crate::key::Key;
use crate::message::Message;
use crate::origin::{KafkaOrigin, Origin};
use crate::record::Record;
use crate::transport::{Cause, Transport};
use crate::unreadable_line::{Readable, line};

#[derive(Debug)]
pub(crate) enum Kafka {}

/// A record that is not begun.
pub(crate) struct Waiting {
    /// Where its partition ends, if it ends there.
    end: Unfinished,
    message: Box<Message>,
}

impl Waiting {
    pub(crate) fn record(&self) -> &Record {
        &self.message.record
    }

    /// The place of its partition in the event, from 0.
    pub(crate) fn partition(&self) -> usize {
        self.end.partition
    }
}

/// An entry that is not a record.
pub(crate) struct Unreadable {
    end: Unfinished,
    bad: Box<RecordError>,
}

impl Transport for Kafka {
    type Waiting = Waiting;
    type Unreadable = Unreadable;
    type Cut = Unfinished;

    fn key(waiting: &Waiting) -> Key<'_> {
        waiting.message.key.as_deref().map_or(Key::None, Key::Text)
    }

    fn context(waiting: &Waiting) -> Option<&Context> {
        Some(&waiting.message.context)
    }

    fn read(waiting: Waiting) -> Option<Message> {
        Some(*waiting.message)
    }

    fn cut(waiting: &Waiting, cause: Cause) -> Unfinished {
        Unfinished { is_out_of_time: cause == Cause::OutOfTime, ..waiting.end.clone() }
    }

    fn out_of_time(cut: &mut Unfinished) {
        cut.is_out_of_time = true;
    }

    fn cut_at_unreadable(entry: Unreadable) -> Unfinished {
        entry.end
    }

    fn unreadable_line(entry: &Unreadable, function: Option<Arc<str>>, request_id: &Arc<str>) -> history::Process {
        let bad = &*entry.bad;
        let partition = bad.partition.map(|number| number.to_string());
        let entry = Readable {
            stream: bad.topic.as_deref(),
            shard: partition.as_deref(),
            number: bad.offset.map(|number| number.to_string().into()),
            partition_key: bad.partition_key.clone(),
        };
        line(entry, bad, function, request_id)
    }

    fn add_span_attributes(record: &Record, attributes: &mut Vec<KeyValue>) {
        add_attributes_of_partition(record, attributes);
        if let Some(Origin::Kafka(KafkaOrigin { offset, .. })) = &record.origin {
            attributes.push(KeyValue::new(names::MESSAGING_KAFKA_OFFSET, *offset));
        }
        if record.is_tombstone {
            attributes.push(KeyValue::new(names::MESSAGING_KAFKA_MESSAGE_TOMBSTONE, true));
        }
    }

    fn batch_attributes(first: &Record) -> Vec<KeyValue> {
        let mut attributes = Vec::new();
        add_attributes_of_partition(first, &mut attributes);
        attributes
    }

    fn metric_attributes(topic: &Arc<str>) -> Vec<KeyValue> {
        Operation::Process.metric_attributes(&Destination::Kafka(Arc::clone(topic)))
    }
}

fn add_attributes_of_partition(record: &Record, attributes: &mut Vec<KeyValue>) {
    Operation::Process.add_attributes(&Destination::Kafka(Arc::clone(&record.stream)), attributes);
    attributes.push(KeyValue::new(names::MESSAGING_DESTINATION_PARTITION_ID, Arc::clone(&record.shard_id)));
}

/// Every record of the event, in its order. An entry that cannot be read stands where its record would.
pub(crate) fn slots(partitions: Vec<EventPartition>, reading: Reading<'_>) -> Vec<Slot<Kafka>> {
    let mut slots = Vec::with_capacity(partitions.iter().map(|it| it.records.len()).sum());
    for (partition, EventPartition { name, records }) in partitions.into_iter().enumerate() {
        for (index, record) in records.into_iter().enumerate() {
            let end = |offset| Unfinished {
                partition_name: Arc::clone(&name),
                offset,
                is_out_of_time: false,
                partition,
                index,
            };
            slots.push(match record {
                Ok(record) => {
                    let end = end(Some(record.offset));
                    Slot::waiting(partition, Waiting { end, message: Box::new(reading.message(record)) })
                }
                Err(bad) => {
                    let end = end(bad.offset.filter(|_| bad.is_named()));
                    Slot::unreadable(partition, Unreadable { end, bad: Box::new(bad) })
                }
            });
        }
    }
    slots
}
