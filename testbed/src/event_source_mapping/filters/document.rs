//! A record as patterns see it: the member `kinesis` of its entry in an event, with the payload in place of its base64.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::super::record::Record;
use super::json::is_too_deep;
use super::pattern::{DATA, Pattern};

/// The members of a record.
#[derive(Debug)]
pub(super) struct Document {
    members: Vec<(&'static str, Box<RawValue>)>,
    /// Whether the payload is JSON.
    has_json: bool,
}

impl Document {
    pub(super) fn of(record: &Record) -> Self {
        let arrival = record.arrival_seconds();
        let members = [
            ("kinesisSchemaVersion", to_raw_value("1.0").ok()),
            ("partitionKey", to_raw_value(&record.partition_key.as_deref().map_or(Value::Null, Value::from)).ok()),
            ("sequenceNumber", to_raw_value(record.sequence_number.as_str()).ok()),
            ("approximateArrivalTimestamp", RawValue::from_string(arrival).ok()),
            (DATA, payload(&record.data)),
        ];
        let members: Vec<_> = members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let has_json = members.iter().any(|(name, _)| *name == DATA);
        Self { members, has_json }
    }

    /// Whether the pattern means it. A pattern that names the payload means no payload that is not JSON, as the table in
    /// <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html> has it: Lambda drops the record.
    pub(super) fn matches(&self, pattern: &Pattern) -> bool {
        if pattern.names_data() && !self.has_json {
            return false;
        }
        let members: HashMap<_, _> = self.members.iter().map(|(name, value)| ((*name).to_owned(), &**value)).collect();
        pattern.matches(&members)
    }
}

/// `None` if it is not JSON. What is deeper than anything that is meant to be read counts as that.
fn payload(data: &[u8]) -> Option<Box<RawValue>> {
    serde_json::from_slice::<Box<RawValue>>(data).ok().filter(|payload| !is_too_deep(payload.get()))
}
