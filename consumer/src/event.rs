//! What Lambda sends: records of one shard, in the order of their sequence numbers.
//!
//! A published event type that rejects one record rejects the whole event, and Lambda then sends it again until its
//! records expire. Here every record is read by itself: a bad one fails itself only, and what a consumer can do without
//! (a partition key, an arrival time) may be missing or odd.
//! The shape: <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html>.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use kinetrace::stream_arn::stream_name;
use kinetrace::{JsonFault, SequenceNumber};
use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::window_state::WindowState;

/// The records of one invocation.
#[derive(Debug)]
pub struct KinesisEvent {
    /// In the order of the event, which is that of the shard. There may be none when a tumbling window ends.
    pub records: Vec<Result<EventRecord, BadRecord>>,
    /// What the answer to an event of a tumbling window has to hold. `None` without a window.
    pub state: Option<WindowState>,
}

/// A record as it came out of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// The stream's name. The records of an event share it.
    pub stream: Arc<str>,
    /// The shard the record came from. The records of an event share it.
    pub shard_id: Arc<str>,
    /// The record's number in the shard.
    pub sequence_number: SequenceNumber,
    /// Absent on streams that distribute records by themselves.
    pub partition_key: Option<Arc<str>>,
    /// When Kinesis took the record, to the millisecond; not fit to order records by.
    pub arrival: Option<SystemTime>,
    /// The record's data, decoded.
    pub data: Bytes,
}

/// An entry that is no record.
#[derive(Debug, thiserror::Error)]
#[error("record {index} of the event cannot be read: {reason}")]
pub struct BadRecord {
    /// Its place in the event, from 0.
    pub index: usize,
    /// Its sequence number, if at least that can be read: without it Lambda cannot be told which record failed. It is never
    /// empty, which Lambda would take for none.
    pub sequence_number: Option<SequenceNumber>,
    /// The shard, if that can be read.
    pub shard_id: Option<String>,
    /// The stream, if that can be read.
    pub stream: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

impl<'de> Deserialize<'de> for KinesisEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(expecting = "an object")]
        struct Wire<'a> {
            #[serde(rename = "Records", borrow)]
            records: Vec<&'a RawValue>,
            window: Option<IgnoredAny>,
            state: Option<WindowState>,
        }
        // The runtime answers with this text, and so may Lambda's destination for what failed.
        let without_values = |error: D::Error| {
            let fault = JsonFault::of_text(&error.to_string());
            D::Error::custom(format!("not a Kinesis event, an object with the member `Records`: {fault}"))
        };
        let Wire { records, window, state } = Wire::deserialize(deserializer).map_err(without_values)?;
        let mut shared = Shared::default();
        let read = |(index, json): (usize, &RawValue)| {
            EventRecord::read(json.get(), &mut shared).map_err(|error| error.at(index, json))
        };
        let state = window.and_then(|_| state.or_else(WindowState::empty));
        Ok(Self { records: records.into_iter().enumerate().map(read).collect(), state })
    }
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    kinesis: WireKinesis<'a>,
    #[serde(rename = "eventID", borrow)]
    event_id: Cow<'a, str>,
    #[serde(rename = "eventSourceARN", borrow)]
    event_source_arn: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireKinesis<'a> {
    #[serde(borrow)]
    partition_key: Option<Cow<'a, str>>,
    #[serde(borrow)]
    sequence_number: Cow<'a, str>,
    #[serde(borrow)]
    data: Cow<'a, str>,
    #[serde(borrow)]
    approximate_arrival_timestamp: Option<&'a RawValue>,
}

#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("{}", JsonFault(.0))]
    Json(serde_json::Error),
    #[error("its data is not base64")]
    Base64,
    #[error("its sequenceNumber is empty")]
    Unnumbered,
    #[error("eventID {0:?} does not begin with a shard id")]
    EventId(String),
    #[error("eventSourceARN {0:?} names no stream")]
    Arn(String),
}

/// What the records of an event have in common, as the last of them had it.
#[derive(Default)]
struct Shared {
    stream: Arc<str>,
    shard_id: Arc<str>,
}

fn share(last: &mut Arc<str>, text: &str) -> Arc<str> {
    if **last != *text {
        *last = text.into();
    }
    Arc::clone(last)
}

impl EventRecord {
    fn read(json: &str, shared: &mut Shared) -> Result<Self, Unreadable> {
        let Wire { kinesis, event_id, event_source_arn } = serde_json::from_str(json).map_err(Unreadable::Json)?;
        if kinesis.sequence_number.is_empty() {
            return Err(Unreadable::Unnumbered);
        }
        let shard_id = shard_id(&event_id).ok_or_else(|| Unreadable::EventId(event_id.to_string()))?;
        let stream = stream_name(&event_source_arn).ok_or_else(|| Unreadable::Arn(event_source_arn.to_string()))?;
        Ok(Self {
            stream: share(&mut shared.stream, stream),
            shard_id: share(&mut shared.shard_id, shard_id),
            sequence_number: kinesis.sequence_number.as_ref().into(),
            partition_key: kinesis.partition_key.as_deref().map(Arc::from),
            arrival: kinesis.approximate_arrival_timestamp.and_then(|json| arrival(json.get())),
            data: BASE64.decode(kinesis.data.as_bytes()).map_err(|_| Unreadable::Base64)?.into(),
        })
    }
}

impl Unreadable {
    /// Saves what can be saved of the entry.
    fn at(self, index: usize, json: &RawValue) -> BadRecord {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Numbered {
            sequence_number: SequenceNumber,
        }
        let member = |name: &str| -> Option<&RawValue> {
            let mut members: std::collections::BTreeMap<String, &RawValue> = serde_json::from_str(json.get()).ok()?;
            members.remove(name)
        };
        let text = |name: &str| serde_json::from_str::<String>(member(name)?.get()).ok();
        let numbered = member("kinesis").and_then(|json| serde_json::from_str::<Numbered>(json.get()).ok());
        BadRecord {
            index,
            sequence_number: numbered.map(|n| n.sequence_number).filter(|number| !number.as_str().is_empty()),
            shard_id: text("eventID").and_then(|id| shard_id(&id).map(str::to_owned)),
            stream: text("eventSourceARN").and_then(|arn| stream_name(&arn).map(str::to_owned)),
            reason: self.to_string(),
        }
    }
}

/// `shardId-000000000006:4959…` → `shardId-000000000006`
fn shard_id(event_id: &str) -> Option<&str> {
    event_id.split_once(':').map(|(shard, _)| shard).filter(|shard| !shard.is_empty())
}

/// Seconds with a fraction, as a JSON number or, from event types that write it so, as a string.
fn arrival(json: &str) -> Option<SystemTime> {
    let seconds: f64 = json.trim_matches('"').parse().ok()?;
    // Rounding to the unit that Kinesis counts in: 1545084650.987 has no exact binary form.
    let since = Duration::try_from_secs_f64((seconds * 1000.0).round() / 1000.0).ok()?;
    let millis = u64::try_from((since + Duration::from_micros(500)).as_millis()).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}

#[cfg(test)]
mod tests;
