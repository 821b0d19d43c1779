//! What the caller is told of one event.

use kinetrace::history::PutOutcome;
use kinetrace::{Injection, SequenceNumber};
use serde::{Serialize, Serializer};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum EventResult {
    Published {
        shard_id: String,
        sequence_number: SequenceNumber,
        #[serde(serialize_with = "name")]
        injection: Option<Injection>,
    },
    /// The outcome is `failed` where Kinesis surely does not have the event, and `unknown` where it may.
    Failed { error: String, outcome: PutOutcome },
}

impl EventResult {
    pub(super) fn is_published(&self) -> bool {
        matches!(self, Self::Published { .. })
    }
}

fn name<S: Serializer>(injection: &Option<Injection>, serializer: S) -> Result<S::Ok, S::Error> {
    match injection {
        Some(injection) => serializer.collect_str(injection),
        None => serializer.serialize_none(),
    }
}
