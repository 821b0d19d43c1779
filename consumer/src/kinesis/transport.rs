//! Kinesis as a transport: what schedules, processes and measures records learns of them.

use std::sync::Arc;

use kinetrace::__private::semantic_conventions::{self as names, Destination, Operation};
use kinetrace::history;
use kinetrace::{Propagators, Reader};
use opentelemetry::{Context, KeyValue};

use crate::batch::Slot;
use crate::key::Key;
use crate::kinesis::answer::Stop;
use crate::kinesis::event::{EventRecord, RecordError};
use crate::kinesis::waiting::{Content, Reading, Waiting};
use crate::message::Message;
use crate::record::Record;
use crate::transport::{Cause, Transport};
use crate::unreadable_line::{Readable, line};

/// An event has the records of one shard, so its batch is one partition.
const PARTITION: usize = 0;

#[derive(Debug)]
pub(crate) enum Kinesis {}

impl Transport for Kinesis {
    type Waiting = Waiting;
    type Unreadable = Box<RecordError>;
    /// An error is a record that has no number to tell Lambda.
    type Cut = Result<Stop, Box<RecordError>>;

    /// Every record of Kinesis has a partition key. One that is missing, or is a context, does not tell which key that is.
    fn key(waiting: &Waiting) -> Key<'_> {
        let key = match &waiting.content {
            Content::Read(message) => message.key.as_deref(),
            Content::One(packed) => packed.key(0),
            Content::Packed(packed, place) => packed.key(*place),
        };
        key.map_or(Key::Unknown, Key::Text)
    }

    fn context(waiting: &Waiting) -> Option<&Context> {
        match &waiting.content {
            Content::Read(message) => Some(&message.context),
            Content::One(_) | Content::Packed(..) => None,
        }
    }

    fn read(waiting: Waiting) -> Option<Message> {
        waiting.read()
    }

    fn cut(waiting: &Waiting, cause: Cause) -> Self::Cut {
        let (sequence_number, shard_id) = match &waiting.content {
            Content::Read(message) => (&message.record.sequence_number, &message.record.shard_id),
            Content::One(packed) => (&packed.record.sequence_number, &packed.record.shard_id),
            Content::Packed(packed, _) => (&packed.record.sequence_number, &packed.record.shard_id),
        };
        let (sequence_number, shard_id) = (sequence_number.clone(), Some(Arc::clone(shard_id)));
        Ok(Stop { index: waiting.index, sequence_number, shard_id, cause })
    }

    fn out_of_time(cut: &mut Self::Cut) {
        if let Ok(stop) = cut {
            stop.cause = Cause::OutOfTime;
        }
    }

    fn cut_at_unreadable(bad: Box<RecordError>) -> Self::Cut {
        let Some(sequence_number) = bad.sequence_number.clone() else { return Err(bad) };
        let shard_id = bad.shard_id.as_deref().map(Arc::from);
        Ok(Stop { index: bad.index, sequence_number, shard_id, cause: Cause::Failed })
    }

    fn unreadable_line(bad: &Box<RecordError>, function: Option<Arc<str>>, request_id: &Arc<str>) -> history::Process {
        let entry = Readable {
            stream: bad.stream.as_deref(),
            shard: bad.shard_id.as_deref(),
            number: bad.sequence_number.clone(),
            partition_key: bad.partition_key.clone(),
        };
        line(entry, bad, function, request_id)
    }

    fn add_span_attributes(record: &Record, attributes: &mut Vec<KeyValue>) {
        add_attributes_of_shard(record, attributes);
        attributes.push(KeyValue::new(names::MESSAGING_MESSAGE_ID, record.sequence_number.shared()));
    }

    fn batch_attributes(first: &Record) -> Vec<KeyValue> {
        let mut attributes = Vec::new();
        add_attributes_of_shard(first, &mut attributes);
        attributes
    }

    fn metric_attributes(stream: &Arc<str>) -> Vec<KeyValue> {
        Operation::Process.metric_attributes(&Destination::Kinesis(Arc::clone(stream)))
    }
}

fn add_attributes_of_shard(record: &Record, attributes: &mut Vec<KeyValue>) {
    Operation::Process.add_attributes(&Destination::Kinesis(Arc::clone(&record.stream)), attributes);
    attributes.push(KeyValue::new(names::MESSAGING_DESTINATION_PARTITION_ID, Arc::clone(&record.shard_id)));
}

/// Every message of the event, in its order, unread but for one that is alone, whose context the invocation may continue. A
/// record that cannot be read stands where its messages would.
pub(crate) fn slots(
    records: Vec<Result<EventRecord, RecordError>>,
    reader: Reader,
    propagators: &Propagators,
) -> Vec<Slot<Kinesis>> {
    let reading = Arc::new(Reading { reader, propagators: propagators.clone() });
    let is_alone = records.len() == 1;
    let mut slots = Vec::with_capacity(records.len());
    for (index, record) in records.into_iter().enumerate() {
        match record {
            Ok(record) => {
                let waiting = Waiting::all_of(index, record, &reading);
                let waiting = waiting.map(|waiting| if is_alone { waiting.with_context() } else { waiting });
                slots.extend(waiting.map(|waiting| Slot::waiting(PARTITION, waiting)));
            }
            Err(bad) => slots.push(Slot::unreadable(PARTITION, Box::new(bad))),
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::State;

    fn are_read(records: &[&'static str]) -> Vec<bool> {
        let records = records.iter().map(|data| Ok(EventRecord::new("s", "shardId-0", "1", *data))).collect();
        let slots = slots(records, Reader::default(), &Propagators::default());
        let is_read = |slot: &Slot<Kinesis>| match &slot.state {
            State::Waiting(waiting) => Kinesis::context(waiting).is_some(),
            _ => false,
        };
        slots.iter().map(is_read).collect()
    }

    #[test]
    fn a_message_is_read_before_its_turn_only_if_it_is_alone() {
        assert_eq!(are_read(&["a"]), [true]);
        assert_eq!(are_read(&["a", "b", "c"]), [false; 3]);
    }
}
