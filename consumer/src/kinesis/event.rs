//! What Lambda is invoked with: records of one shard, in the order of their sequence numbers.
//!
//! A published event type that rejects one record rejects the whole event, and Lambda then sends it again until its
//! records expire. Here every record is read by itself: a bad one fails itself only. And what only telemetry needs (the
//! stream, the shard) or what a consumer can do without (a partition key, an arrival time) may be missing or odd.
//!
//! An event source mapping sends `{"Records":[…]}` (<https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html>), and
//! EventBridge Pipes an array (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html>). What
//! other services send is refused by name.

use kinetrace::__private::JsonFault;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::kinesis::item_ids::ItemIds;
use crate::kinesis::window_state::WindowState;
use crate::raw_event::{Members, RawEvent};

mod arrival;
mod cursor;
mod decoder;
mod entry;
mod event_record;
mod layout;
mod members;
mod one_pass;
mod reading;
mod record_error;
mod source;

use cursor::Cursor;
pub use event_record::EventRecord;
pub(crate) use members::{Entry, Shape};
pub(crate) use one_pass::records_with_data;
use reading::{Read, Reading};
pub use record_error::RecordError;
pub(crate) use source::firehose_records;

/// The records of one invocation.
#[derive(Debug)]
pub struct KinesisEvent {
    /// In the order of the event, which is that of the shard. There may be none when a tumbling window ends.
    pub records: Vec<Result<EventRecord, RecordError>>,
    /// What the answer to an event of a tumbling window has to hold. `None` without a window.
    pub state: Option<WindowState>,
    /// By what the answer names records that are not done, where EventBridge Pipes sent the event. An event source mapping
    /// wants sequence numbers, and `None` says that it sent it.
    pub item_ids: Option<ItemIds>,
}

/// It is not an event of Kinesis. The text quotes nothing of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoKinesisEvent {
    #[error("{0}")]
    Other(source::Other),
    #[error("not a Kinesis event, an object with the member `Records`: {0}")]
    Json(String),
    #[error("not a Kinesis event: it is an array, as EventBridge Pipes sends them, and has no record of Kinesis in it")]
    NoRecords,
}

impl NoKinesisEvent {
    /// The text where an event of Kafka would have been as good.
    pub(crate) fn of_either(&self) -> String {
        match self {
            Self::Other(_) => self.to_string(),
            Self::Json(_) | Self::NoRecords => {
                format!("{self}; nor a Kafka event, an object whose member `records` is an object of partitions")
            }
        }
    }
}

/// The entries of an event of Kinesis, not read yet.
#[derive(Debug)]
pub(crate) struct Entries<'e, 'a> {
    pub(crate) shape: Shape,
    pub(crate) entries: Cursor<'e, 'a>,
    state: Option<WindowState>,
}

impl<'e, 'a> Entries<'e, 'a> {
    pub(crate) fn of(event: &'e RawEvent<'a>) -> Result<Self, NoKinesisEvent> {
        let read = match event {
            RawEvent::Array(entries) => Self::of_pipe(entries),
            RawEvent::Object { records, members } => Self::of_mapping(*records, members),
        };
        read.map_err(|error| source::other(event).map_or(error, NoKinesisEvent::Other))
    }

    /// Of the members that an event has next to its `Records`: where it is a window's, its state.
    fn state(members: &Members<'_>) -> Result<Option<WindowState>, NoKinesisEvent> {
        let has_window = members.get("window").is_some_and(|window| window.get() != "null");
        let state = members.get("state").map(|state| serde_json::from_str::<Option<WindowState>>(state.get()));
        let state = state.transpose().map_err(|error| NoKinesisEvent::Json(JsonFault(&error).to_string()))?.flatten();
        Ok(has_window.then(|| state.or_else(WindowState::empty)).flatten())
    }

    fn of_mapping(records: Option<&'a RawValue>, members: &Members<'a>) -> Result<Self, NoKinesisEvent> {
        let records = records.ok_or_else(|| NoKinesisEvent::Json("missing field `Records`".to_owned()))?;
        let state = Self::state(members)?;
        Ok(Self { shape: Shape::Mapping, entries: Cursor::of_text(records), state })
    }

    fn of_pipe(entries: &'e [&'a RawValue]) -> Result<Self, NoKinesisEvent> {
        let has_record = entries.iter().any(|entry| source::is_kinesis(entry));
        let entries = Cursor::of_each(entries);
        if has_record { Ok(Self { shape: Shape::Pipe, entries, state: None }) } else { Err(NoKinesisEvent::NoRecords) }
    }

    /// Whether it is the end of a tumbling window, without a record.
    pub(crate) fn is_end_of_window(&self) -> bool {
        self.state.is_some() && self.entries.is_at_end()
    }
}

impl KinesisEvent {
    /// The runtime answers with these texts, and so may Lambda's destination for what failed.
    pub(crate) fn without_values<E: serde::de::Error>(error: &E) -> E {
        E::custom(NoKinesisEvent::Json(JsonFault::of_text(&error.to_string()).to_string()))
    }

    pub(crate) fn read(event: &RawEvent<'_>) -> Result<Self, NoKinesisEvent> {
        let Entries { shape, mut entries, state } = Entries::of(event)?;
        let no_json = || NoKinesisEvent::Json("its records are not JSON".to_owned());
        let Read { records, ids } = Reading::of(&mut entries, shape).ok_or_else(no_json)?;
        // Where any of them is a record, the others are damaged.
        let is_other = shape == Shape::Mapping && !records.is_empty() && records.iter().all(Result::is_err);
        match is_other.then(|| source::other(event)).flatten() {
            Some(other) => Err(NoKinesisEvent::Other(other)),
            None => Ok(Self { records, state, item_ids: (shape == Shape::Pipe).then(|| ids.into_iter().collect()) }),
        }
    }
}

impl<'de> Deserialize<'de> for KinesisEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let event = RawEvent::deserialize(deserializer).map_err(|error| Self::without_values(&error))?;
        Self::read(&event).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
