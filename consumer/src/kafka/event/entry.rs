//! One entry of an event, which should be a record.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use kinetrace::__private::{JsonFault, one_line};
use kinetrace::kafka::key_text;
use serde_json::value::RawValue;

use super::event_record::EventRecord;
use super::headers;
use super::members::Entry;
use super::record_error::RecordError;
use crate::raw_json::{integer, kind, text};

/// Kafka takes no longer ones, and what is longer gets into lines and spans.
const LONGEST_NAME: usize = 249;

/// The end of the year 9999, in milliseconds: what is later is not a time.
const LAST_MILLISECOND: i64 = 253_402_300_799_999;

/// Why an entry is not a record. The texts quote nothing of it.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("{}", JsonFault(.0))]
    Json(serde_json::Error),
    #[error("its {0} is missing")]
    Missing(&'static str),
    #[error("its {0} is {1}, and not a whole number from 0")]
    NotNumber(&'static str, &'static str),
    #[error("its value is not base64")]
    Base64,
}

/// What the records of a partition have in common.
pub(super) struct Shared {
    /// The event's own name of the partition.
    partition_name: Arc<str>,
    /// As the last of them had it.
    topic: Arc<str>,
    cluster_arn: Option<Arc<str>>,
}

impl Shared {
    pub(super) fn new(partition_name: Arc<str>, cluster_arn: Option<Arc<str>>) -> Self {
        Self { partition_name, topic: Arc::default(), cluster_arn }
    }

    /// A record that does not name its topic is of the one that its partition is named after. Where that tells none, the
    /// name of the partition stands for it, so that no two partitions are taken for one.
    fn topic(&mut self, json: Option<&RawValue>, partition: Option<i32>) -> Arc<str> {
        let own = json.and_then(text).filter(|name| !name.is_empty());
        let name = own.as_deref().or_else(|| {
            let (topic, number) = self.partition_name.rsplit_once('-')?;
            (number.parse().ok() == partition && !topic.is_empty()).then_some(topic)
        });
        let name = one_line(name.unwrap_or(&self.partition_name), LONGEST_NAME);
        if *self.topic != *name {
            self.topic = name.as_ref().into();
        }
        Arc::clone(&self.topic)
    }
}

/// Reads an entry of a partition, which stands at this place.
pub(super) fn read(index: usize, json: &RawValue, shared: &mut Shared) -> Result<EventRecord, RecordError> {
    let (entry, fault) = match serde_json::from_str::<Entry<'_>>(json.get()) {
        Ok(entry) => (entry, None),
        Err(error) => (Entry::default(), Some(Unreadable::Json(error))),
    };
    let read = match fault {
        Some(fault) => Err(fault),
        None => entry.record(shared),
    };
    read.map_err(|error| entry.bad(index, &error, shared))
}

impl Entry<'_> {
    fn record(&self, shared: &mut Shared) -> Result<EventRecord, Unreadable> {
        let offset = number("offset", self.offset)?;
        let partition = number("partition", self.partition)?;
        Ok(EventRecord {
            topic: shared.topic(self.topic, Some(partition)),
            partition,
            offset,
            timestamp: self.timestamp.and_then(timestamp),
            key: self.key(),
            value: self.value.map(value).transpose()?.flatten(),
            headers: headers::read(self.headers),
            cluster_arn: shared.cluster_arn.clone(),
        })
    }

    /// Saves what can be saved of the entry.
    fn bad(&self, index: usize, error: &Unreadable, shared: &mut Shared) -> RecordError {
        let partition = number("partition", self.partition).ok();
        RecordError {
            index,
            partition_name: Arc::clone(&shared.partition_name),
            topic: Some(shared.topic(self.topic, partition)),
            partition,
            offset: number("offset", self.offset).ok(),
            partition_key: self.key().map(|key| key_text(&key).as_ref().into()),
            reason: error.to_string(),
        }
    }

    /// Bytes in base64. Of what is not base64 its text: records of one key are to be told from others by it, whatever
    /// happened to it on its way.
    fn key(&self) -> Option<Bytes> {
        let json = self.key.filter(|json| json.get() != "null")?;
        let Some(text) = text(json) else { return Some(Bytes::copy_from_slice(json.get().as_bytes())) };
        let decoded = BASE64.decode(text.as_bytes()).map(Bytes::from);
        Some(decoded.unwrap_or_else(|_| Bytes::copy_from_slice(text.as_bytes())))
    }
}

fn number<T: TryFrom<i64> + PartialOrd + Default>(
    name: &'static str,
    json: Option<&RawValue>,
) -> Result<T, Unreadable> {
    let json = json.ok_or(Unreadable::Missing(name))?;
    let number = integer(json).and_then(|number| T::try_from(number).ok()).filter(|number| *number >= T::default());
    let kind = if json.get().starts_with('"') { "a string" } else { kind(json) };
    number.ok_or(Unreadable::NotNumber(name, kind))
}

/// `None` is a tombstone. What a mapping with a schema has made JSON of is its own text.
fn value(json: &RawValue) -> Result<Option<Bytes>, Unreadable> {
    match json.get().as_bytes().first() {
        Some(b'n') => Ok(None),
        Some(b'"') => {
            let base64 = text(json).ok_or(Unreadable::Base64)?;
            BASE64.decode(base64.as_bytes()).map(|bytes| Some(bytes.into())).map_err(|_| Unreadable::Base64)
        }
        _ => Ok(Some(Bytes::copy_from_slice(json.get().as_bytes()))),
    }
}

/// Milliseconds. What is not a time, such as Kafka's -1, costs nothing but itself.
fn timestamp(json: &RawValue) -> Option<SystemTime> {
    let millis = integer(json).filter(|millis| (0..=LAST_MILLISECOND).contains(millis))?;
    UNIX_EPOCH.checked_add(Duration::from_millis(millis.try_into().ok()?))
}
