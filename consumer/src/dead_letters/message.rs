//! The message that SQS gets of a letter.

use std::sync::Arc;
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};

use super::dead_letter::DeadLetter;
use super::document;
use super::timestamp::rfc3339;
use crate::origin::{KafkaOrigin, Origin};

/// A message with its attributes, in bytes at most
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html>).
pub(super) const MAX_BYTES: usize = 1024 * 1024;

/// The longest group id, in characters
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>).
const LONGEST_GROUP: usize = 128;

/// The type of each attribute.
pub(super) const TEXT: &str = "String";

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) body: String,
    /// By these, the reader of the message continues the trace.
    pub(super) attributes: Vec<(&'static str, String)>,
    /// For a FIFO queue only.
    pub(super) place: Option<Place>,
}

/// Where a FIFO queue puts a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) group_id: String,
    pub(super) deduplication_id: String,
}

impl Message {
    pub(super) fn of(letter: &DeadLetter, queue_url: &str, skipped_at: SystemTime) -> Result<Self, serde_json::Error> {
        let is_fifo = queue_url.ends_with(".fifo");
        Ok(Self {
            body: document::of(letter, skipped_at)?,
            attributes: letter.trace.headers().filter(|(_, value)| is_attribute(value)).collect(),
            place: is_fifo.then(|| Place { group_id: group_id(letter), deduplication_id: deduplication_id(letter) }),
        })
    }

    /// What counts against the limits of SQS and of the queue.
    pub(super) fn bytes(&self) -> usize {
        let attributes = self.attributes.iter().map(|(name, value)| name.len() + TEXT.len() + value.len());
        self.body.len() + attributes.sum::<usize>()
    }
}

/// A trace state may have what SQS refuses a message for, and must not cost the record its letter.
fn is_attribute(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}

/// Letters of one key stay in order. What has no key is in order within its shard, or its partition.
fn group_id(letter: &DeadLetter) -> String {
    let record = &letter.record;
    let key = record.key_text().filter(|key| !key.is_empty()).unwrap_or_else(|| match &record.origin {
        Some(Origin::Kafka(KafkaOrigin { partition, .. })) => format!("{}-{partition}", record.stream).into(),
        _ => Arc::clone(&record.shard_id),
    });
    let fits = (1..=LONGEST_GROUP).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { key.to_string() } else { hash([&key]) }
}

/// The same whenever the record comes, and another one for each function: what one has skipped, another one may, too.
fn deduplication_id(letter: &DeadLetter) -> String {
    let DeadLetter { record, caller, .. } = letter;
    let function = caller.function.as_deref().unwrap_or_default();
    let source_arn = record.origin.as_ref().and_then(|origin| origin.source_arn().map(|arn| &**arn));
    let number = record.sequence_number.as_str();
    if let Some(Origin::Kafka(_)) = &record.origin {
        // A cluster has many topics, and a topic that was made anew has other records under the same offsets.
        let timestamp = record.arrival.map(rfc3339).unwrap_or_default();
        let cluster = source_arn.unwrap_or_default();
        return hash([function, cluster, &record.stream, &record.shard_id, number, &timestamp]);
    }
    let place = record.sub_sequence_number.map(|place| place.to_string()).unwrap_or_default();
    hash([function, source_arn.unwrap_or(&record.stream), &record.shard_id, number, &place])
}

/// SHA-256 in hexadecimal digits, each part with its length before it.
fn hash<const N: usize>(parts: [&str; N]) -> String {
    let hash = parts.iter().fold(Sha256::new(), |hash, part| {
        hash.chain_update((part.len() as u64).to_be_bytes()).chain_update(part.as_bytes())
    });
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
