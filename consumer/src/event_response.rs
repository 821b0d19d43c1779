//! What Lambda is told, whichever transport the event was of.

use serde::Serialize;

use crate::{kafka, kinesis};

/// The answer to an [`Event`](crate::Event), as Lambda wants it for that kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum EventResponse {
    /// To records of Kinesis.
    Kinesis(kinesis::BatchResponse),
    /// To records of Kafka.
    Kafka(kafka::BatchResponse),
}
