//! What Lambda invokes a function with, whichever transport it is of.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::kafka::KafkaEvent;
use crate::kinesis::KinesisEvent;
use crate::raw_event::RawEvent;

/// An event of Kinesis or of Kafka, told apart by what it holds: `Records`, or the array of EventBridge Pipes; or `records`,
/// an object of partitions. Other services' events are refused by name.
///
/// ```
/// use kinetrace_consumer::Event;
///
/// let event: Event = serde_json::from_str(r#"{"eventSource":"aws:kafka","records":{"flights-0":[]}}"#)?;
/// assert!(matches!(event, Event::Kafka(_)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// Of a mapping or a pipe that reads Amazon Kinesis.
    Kinesis(KinesisEvent),
    /// Of a mapping that reads Amazon MSK, or another Kafka cluster.
    Kafka(KafkaEvent),
}

impl Event {
    /// Reads the body of an invocation, as `serde_json::from_slice` does, of which this is the faster way for events of Kinesis.
    ///
    /// # Errors
    ///
    /// It is neither an event of Kinesis nor one of Kafka. The text quotes nothing of it.
    pub fn from_slice(body: &[u8]) -> Result<Self, serde_json::Error> {
        Self::in_one_pass(body).map_or_else(|| serde_json::from_slice(body), Ok)
    }

    /// What can be read without going through the text before.
    pub(crate) fn in_one_pass(body: &[u8]) -> Option<Self> {
        KinesisEvent::in_one_pass(body).map(Self::Kinesis)
    }
}

impl From<KinesisEvent> for Event {
    fn from(event: KinesisEvent) -> Self {
        Self::Kinesis(event)
    }
}

impl From<KafkaEvent> for Event {
    fn from(event: KafkaEvent) -> Self {
        Self::Kafka(event)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let event = RawEvent::deserialize(deserializer).map_err(|error| KinesisEvent::without_values(&error))?;
        if KafkaEvent::is_one(&event) {
            return KafkaEvent::read(&event).map(Self::Kafka).map_err(D::Error::custom);
        }
        KinesisEvent::read(&event).map(Self::Kinesis).map_err(|error| D::Error::custom(error.of_either()))
    }
}
