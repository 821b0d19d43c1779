//! What Lambda is invoked with: records of one shard, in the order of their sequence numbers.
//!
//! A published event type that rejects one record rejects the whole event, and Lambda then sends it again until its
//! records expire. Here every record is read by itself: a bad one fails itself only. And what only telemetry needs (the
//! stream, the shard) or what a consumer can do without (a partition key, an arrival time) may be missing or odd.
//!
//! An event source mapping sends `{"Records":[…]}` (<https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html>), and
//! EventBridge Pipes an array (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html>). What
//! other services send is refused by name.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use kinetrace::{JsonFault, SequenceNumber};
use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::item_ids::ItemIds;
use crate::window_state::WindowState;

mod entry;
mod members;
mod source;

use entry::Shared;
pub(crate) use members::{Entry, Shape};
pub(crate) use source::firehose_records;

/// The records of one invocation.
#[derive(Debug)]
pub struct KinesisEvent {
    /// In the order of the event, which is that of the shard. There may be none when a tumbling window ends.
    pub records: Vec<Result<EventRecord, BadRecord>>,
    /// What the answer to an event of a tumbling window has to hold. `None` without a window.
    pub state: Option<WindowState>,
    /// By what the answer names records that are not done, where EventBridge Pipes sent the event. An event source mapping
    /// wants sequence numbers, and `None` says that it sent it.
    pub item_ids: Option<ItemIds>,
}

/// A record as it came out of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// The stream's name. The records of an event share it. If its ARN names none, it is the ARN, and if there is none,
    /// [`UNKNOWN`](kinetrace::history::UNKNOWN).
    pub stream: Arc<str>,
    /// The shard the record came from. The records of an event share it. If the event does not tell, it is
    /// [`UNKNOWN`](kinetrace::history::UNKNOWN).
    pub shard_id: Arc<str>,
    /// The record's number in the shard.
    pub sequence_number: SequenceNumber,
    /// Absent on streams that distribute records by themselves, and where it is no text.
    pub partition_key: Option<Arc<str>>,
    /// When Kinesis took the record, to the millisecond; not fit to order records by.
    pub arrival: Option<SystemTime>,
    /// The record's data, decoded.
    pub data: Bytes,
}

/// An entry that is no record: its data or its sequence number cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("record {index} of the event cannot be read: {reason}")]
pub struct BadRecord {
    /// Its place in the event, from 0.
    pub index: usize,
    /// Its sequence number, if at least that can be read: without it Lambda cannot be told which record failed. It is never
    /// empty, which Lambda would take for none.
    pub sequence_number: Option<SequenceNumber>,
    /// Its partition key, if that can be read.
    pub partition_key: Option<Arc<str>>,
    /// The shard, if that can be read.
    pub shard_id: Option<String>,
    /// The stream, if that can be read.
    pub stream: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

/// It is no event of Kinesis. The text has no word of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoKinesisEvent {
    #[error("{0}")]
    Other(source::Other),
    #[error("not a Kinesis event, an object with the member `Records`: {}", JsonFault(.0))]
    Json(serde_json::Error),
    #[error("not a Kinesis event: it is an array, as EventBridge Pipes sends them, and has no record of Kinesis in it")]
    NoRecords,
}

/// An event whose entries are not read yet.
#[derive(Debug)]
pub(crate) struct Entries<'a> {
    pub(crate) shape: Shape,
    pub(crate) entries: Vec<&'a RawValue>,
    state: Option<WindowState>,
}

impl<'a> Entries<'a> {
    pub(crate) fn of(json: &'a str) -> Result<Self, NoKinesisEvent> {
        let read = if json.starts_with('[') { Self::of_pipe(json) } else { Self::of_mapping(json) };
        read.map_err(|error| source::other(json).map_or(error, NoKinesisEvent::Other))
    }

    fn of_mapping(json: &'a str) -> Result<Self, NoKinesisEvent> {
        #[derive(Deserialize)]
        #[serde(expecting = "an object")]
        struct Wire<'a> {
            #[serde(rename = "Records", borrow)]
            records: Vec<&'a RawValue>,
            window: Option<IgnoredAny>,
            state: Option<WindowState>,
        }
        let Wire { records, window, state } = serde_json::from_str(json).map_err(NoKinesisEvent::Json)?;
        let state = window.and_then(|_| state.or_else(WindowState::empty));
        Ok(Self { shape: Shape::Mapping, entries: records, state })
    }

    fn of_pipe(json: &'a str) -> Result<Self, NoKinesisEvent> {
        let entries: Vec<&RawValue> = serde_json::from_str(json).map_err(NoKinesisEvent::Json)?;
        let has_record = entries.iter().any(|entry| source::is_kinesis(entry));
        if has_record { Ok(Self { shape: Shape::Pipe, entries, state: None }) } else { Err(NoKinesisEvent::NoRecords) }
    }

    /// Whether it is the end of a tumbling window, without a record.
    pub(crate) fn is_end_of_window(&self) -> bool {
        self.state.is_some() && self.entries.is_empty()
    }

    /// Each entry by itself; and the ids of all, where the answer is to name them.
    fn read(&self) -> (Vec<Result<EventRecord, BadRecord>>, Option<ItemIds>) {
        let mut shared = Shared::default();
        let mut ids = Vec::new();
        let read = |(index, json): (usize, &&'a RawValue)| {
            let entry = Entry::read(json, self.shape);
            if self.shape == Shape::Pipe {
                ids.push(entry.as_ref().ok().and_then(Entry::event_id).map(Arc::from));
            }
            match entry {
                Ok(entry) => entry.record(&mut shared).map_err(|error| entry.bad(index, &error)),
                Err(error) => Err(Entry::default().bad(index, &error)),
            }
        };
        let records = self.entries.iter().enumerate().map(read).collect();
        (records, (self.shape == Shape::Pipe).then(|| ids.into_iter().collect()))
    }
}

impl KinesisEvent {
    fn read(json: &str) -> Result<Self, NoKinesisEvent> {
        let event = Entries::of(json)?;
        let (records, item_ids) = event.read();
        // Where any of them is a record, the others are damaged.
        let is_other = event.shape == Shape::Mapping && !records.is_empty() && records.iter().all(Result::is_err);
        match is_other.then(|| source::other(json)).flatten() {
            Some(other) => Err(NoKinesisEvent::Other(other)),
            None => Ok(Self { records, state: event.state, item_ids }),
        }
    }
}

impl<'de> Deserialize<'de> for KinesisEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The runtime answers with these texts, and so may Lambda's destination for what failed.
        let without_values = |error: D::Error| {
            let fault = JsonFault::of_text(&error.to_string());
            D::Error::custom(format!("not a Kinesis event, an object with the member `Records`: {fault}"))
        };
        let json = <&RawValue>::deserialize(deserializer).map_err(without_values)?;
        Self::read(json.get()).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
