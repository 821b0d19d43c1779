//! What Lambda is invoked with: records of one or several partitions, those of each in the order of their offsets.
//!
//! Lambda sends `{"records":{"topic-partition":[…]}}`
//! (<https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html>, <https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html>),
//! for Amazon MSK and for other clusters. A published event type that rejects one record rejects the whole event,
//! and its partitions then stand still for as long as the mapping retries. Here every record is read by itself: a bad one
//! fails itself only.

use std::collections::HashMap;
use std::sync::Arc;

use kinetrace::__private::{JsonFault, one_line};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::raw_event::{Members, RawEvent};
use crate::raw_json::{list, members, text};

mod entry;
mod event_record;
mod headers;
mod members;
mod record_error;

use entry::Shared;
pub use event_record::EventRecord;
pub use record_error::RecordError;

/// That of a cluster has the cluster's name of up to 64 characters, and two ids.
const LONGEST_ARN: usize = 1024;

/// The records of one invocation.
#[derive(Debug)]
#[non_exhaustive]
pub struct KafkaEvent {
    /// In the order of the event.
    pub partitions: Vec<EventPartition>,
}

/// The records of one partition.
#[derive(Debug)]
#[non_exhaustive]
pub struct EventPartition {
    /// The event's own name of it, such as `flights-0`: what an answer has to repeat. A topic may have hyphens in its name,
    /// so which topic and partition a record is of, only the record says.
    pub name: Arc<str>,
    /// In the order of the event, which is that of their offsets.
    pub records: Vec<Result<EventRecord, RecordError>>,
}

/// It is not an event of Kafka. The text quotes nothing of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoKafkaEvent {
    #[error("not a Kafka event, an object with the member `records`: {0}")]
    Json(String),
    #[error("not a Kafka event, an object whose member `records` is an object of partitions")]
    NoPartitions,
}

/// What `eventSource` says of an event of Amazon MSK, and of one of another cluster.
const SOURCES: [&str; 2] = ["aws:kafka", "SelfManagedKafka"];

impl KafkaEvent {
    /// Whether it looks like an event of Kafka, though perhaps a damaged one.
    pub(crate) fn is_one(event: &RawEvent<'_>) -> bool {
        let RawEvent::Object { records: None, members } = event else { return false };
        let source = members.get("eventSource").copied().and_then(text);
        let is_named = source.is_some_and(|source| SOURCES.contains(&&*source));
        is_named || members.get("records").is_some_and(|records| records.get().starts_with('{'))
    }

    pub(crate) fn read(event: &RawEvent<'_>) -> Result<Self, NoKafkaEvent> {
        let RawEvent::Object { members, .. } = event else { return Err(NoKafkaEvent::NoPartitions) };
        let records = members.get("records").filter(|records| records.get().starts_with('{'));
        let records = records.ok_or(NoKafkaEvent::NoPartitions)?;
        Ok(Self { partitions: partitions(records, cluster_arn(members).as_ref()) })
    }
}

fn cluster_arn(members: &Members<'_>) -> Option<Arc<str>> {
    let arn = text(members.get("eventSourceArn")?)?;
    (!arn.trim().is_empty()).then(|| one_line(arn.trim(), LONGEST_ARN).as_ref().into())
}

/// A partition that the event names twice is one, whose records stand in the order of the event.
fn partitions(records: &RawValue, cluster_arn: Option<&Arc<str>>) -> Vec<EventPartition> {
    let mut partitions: Vec<EventPartition> = Vec::new();
    let mut places = HashMap::new();
    for (name, records) in members(records) {
        let name: Arc<str> = name.into();
        let place = *places.entry(Arc::clone(&name)).or_insert(partitions.len());
        if place == partitions.len() {
            partitions.push(EventPartition { name: Arc::clone(&name), records: Vec::new() });
        }
        let mut shared = Shared::new(name, cluster_arn.cloned());
        let read = &mut partitions[place].records;
        for entry in entries(records) {
            read.push(entry::read(read.len(), entry, &mut shared));
        }
    }
    partitions
}

/// What is not a list is one entry: a record by itself, or one that cannot be read.
fn entries(json: &RawValue) -> Vec<&RawValue> {
    match json.get() {
        "null" => Vec::new(),
        _ => list(json).unwrap_or_else(|| vec![json]),
    }
}

impl<'de> Deserialize<'de> for KafkaEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The runtime answers with these texts, and so may Lambda's destination for what failed.
        let without_values =
            |error: D::Error| D::Error::custom(NoKafkaEvent::Json(JsonFault::of_text(&error.to_string()).to_string()));
        let event = RawEvent::deserialize(deserializer).map_err(without_values)?;
        Self::read(&event).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
