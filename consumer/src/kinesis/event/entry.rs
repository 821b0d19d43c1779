//! One entry of an event, which should be a record.

use std::borrow::Cow;
use std::sync::Arc;

use kinetrace::__private::stream_name;
use kinetrace::__private::{JsonFault, one_line};
use kinetrace::SequenceNumber;
use kinetrace::history::UNKNOWN;
use serde_json::value::RawValue;

use super::arrival::arrival;
use super::decoder::Decoder;
use super::event_record::EventRecord;
use super::members::{Entry, Shape};
use super::record_error::RecordError;
use crate::raw_json::{kind, text};

/// Names that are longer are nobody's, and get into lines and spans.
const LONGEST_NAME: usize = 256;

/// That of a consumer of enhanced fan-out has the names of stream and consumer, of 128 characters each.
const LONGEST_ARN: usize = 1024;

/// Why an entry is not a record. The texts quote nothing of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("{}", JsonFault(.0))]
    Json(serde_json::Error),
    #[error("it has no member `kinesis`")]
    NoKinesis,
    #[error("its {0} is missing")]
    Missing(&'static str),
    #[error("its {0} is {1} and not a string")]
    NotText(&'static str, &'static str),
    #[error("its sequenceNumber is empty")]
    Unnumbered,
    #[error("its data is not base64")]
    Base64,
}

/// What the records of an event have in common, as the last of them had it.
#[derive(Default)]
pub(crate) struct Shared {
    stream: Arc<str>,
    stream_arn: Arc<str>,
    shard_id: Arc<str>,
    partition_key: Arc<str>,
    pub(super) decoder: Decoder,
}

impl Shared {
    pub(super) fn partition_key(&mut self, key: &str) -> Arc<str> {
        if *self.partition_key != *key {
            self.partition_key = key.into();
        }
        Arc::clone(&self.partition_key)
    }
}

fn share(last: &mut Arc<str>, name: &str, longest: usize) -> Arc<str> {
    if **last != *name {
        *last = one_line(name, longest).as_ref().into();
    }
    Arc::clone(last)
}

impl<'a> Entry<'a> {
    pub(crate) fn read(json: &'a RawValue, shape: Shape) -> Result<Self, Unreadable> {
        Self::members(json, shape).map_err(Unreadable::Json)
    }

    /// No more than `left` bytes of data are to come, this included.
    pub(super) fn record(&self, shared: &mut Shared, left: usize) -> Result<EventRecord, Unreadable> {
        if !self.has_kinesis {
            return Err(Unreadable::NoKinesis);
        }
        let sequence_number = self.sequence_number()?;
        let data = shared.decoder.decode(&self.base64()?, left).ok_or(Unreadable::Base64)?;
        let (stream, shard_id) = (self.stream(), self.shard_id());
        Ok(EventRecord {
            stream: share(&mut shared.stream, stream.as_deref().unwrap_or(UNKNOWN), LONGEST_NAME),
            stream_arn: self.stream_arn().map(|arn| share(&mut shared.stream_arn, &arn, LONGEST_ARN)),
            shard_id: share(&mut shared.shard_id, shard_id.as_deref().unwrap_or(UNKNOWN), LONGEST_NAME),
            sequence_number,
            partition_key: self.partition_key.and_then(text).map(|key| shared.partition_key(&key)),
            arrival: self.arrival.and_then(|json| arrival(json.get())),
            data,
        })
    }

    /// What a payload and its context are in: all that a reader needs that does not answer for the record.
    pub(crate) fn contents(&self) -> Result<EventRecord, Unreadable> {
        let base64 = self.base64()?;
        Ok(EventRecord {
            stream: UNKNOWN.into(),
            stream_arn: None,
            shard_id: UNKNOWN.into(),
            sequence_number: UNKNOWN.into(),
            partition_key: self.partition_key(),
            arrival: None,
            data: Decoder::default().decode(&base64, base64.len()).ok_or(Unreadable::Base64)?,
        })
    }

    /// Saves what can be saved of the entry.
    pub(crate) fn bad(&self, index: usize, error: &Unreadable) -> RecordError {
        RecordError {
            index,
            sequence_number: self.sequence_number().ok(),
            partition_key: self.partition_key(),
            shard_id: self.shard_id().map(|shard| one_line(&shard, LONGEST_NAME).into_owned()),
            stream: self.stream().map(|stream| one_line(&stream, LONGEST_NAME).into_owned()),
            reason: error.to_string(),
        }
    }

    /// Text, or what Kinesis' own numbers would be without quotes.
    fn sequence_number(&self) -> Result<SequenceNumber, Unreadable> {
        const NAME: &str = "sequenceNumber";
        let json = self.sequence_number.ok_or(Unreadable::Missing(NAME))?;
        if json.get().bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(json.get().into());
        }
        let number = text(json).ok_or_else(|| Unreadable::NotText(NAME, kind(json)))?;
        if number.is_empty() { Err(Unreadable::Unnumbered) } else { Ok(number.as_ref().into()) }
    }

    fn base64(&self) -> Result<Cow<'a, str>, Unreadable> {
        const NAME: &str = "data";
        let json = self.data.ok_or(Unreadable::Missing(NAME))?;
        text(json).ok_or_else(|| Unreadable::NotText(NAME, kind(json)))
    }

    fn partition_key(&self) -> Option<Arc<str>> {
        self.partition_key.and_then(text).map(Arc::from)
    }

    /// By which EventBridge Pipes knows the record.
    pub(crate) fn event_id(&self) -> Option<Cow<'a, str>> {
        self.event_id.and_then(text).filter(|id| !id.is_empty())
    }

    /// `shardId-000000000006:4959…` → `shardId-000000000006`
    fn shard_id(&self) -> Option<Cow<'a, str>> {
        part(self.event_id()?, |id| match id.split_once(':') {
            Some((shard, _)) => shard,
            None => {
                if id.starts_with("shardId-") {
                    id
                } else {
                    ""
                }
            }
        })
    }

    fn stream_arn(&self) -> Option<Cow<'a, str>> {
        part(self.source_arn.and_then(text)?, |arn| arn)
    }

    /// The stream's name. Of an ARN that names none, such as the one in AWS's sample events, the ARN tells more than nothing.
    fn stream(&self) -> Option<Cow<'a, str>> {
        part(self.source_arn.and_then(text)?, |arn| stream_name(arn).unwrap_or(arn))
    }
}

/// A part of a text, unless it is blank.
fn part(text: Cow<'_, str>, of: impl Fn(&str) -> &str) -> Option<Cow<'_, str>> {
    let part = match text {
        Cow::Borrowed(text) => of(text).trim().into(),
        Cow::Owned(text) => of(&text).trim().to_owned().into(),
    };
    Some(part).filter(|part: &Cow<'_, str>| !part.is_empty())
}
