//! By what Lambda is told at which record to start again.

use serde_json::Value;

/// Of the records of an event, by their places; the text is empty for a record that has none.
pub(crate) fn sequence_numbers(event: &str) -> Vec<String> {
    let event: Value = serde_json::from_str(event).unwrap_or_default();
    let records = event["Records"].as_array().or(event.as_array());
    let number = |record: &Value| {
        let of_mapping = record["kinesis"]["sequenceNumber"].as_str();
        of_mapping.or(record["sequenceNumber"].as_str()).unwrap_or_default().to_owned()
    };
    records.into_iter().flatten().map(number).collect()
}
