//! A log record, in plain terms.

use std::collections::BTreeMap;
use std::sync::Arc;

use kinetrace::history::Timestamp;

use super::attribute::{AttributeValue, by_key};
use super::span::hex_id;
use super::wire_logs::{self, ExportLogsServiceRequest, ResourceLogs};

/// What a program logged by OpenTelemetry.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRecord {
    /// When it happened; where the sender does not tell, when it was collected.
    pub at: Timestamp,
    /// As the program calls it, or else by OpenTelemetry's number (`INFO`, `INFO2`, …); empty if it is unknown.
    pub severity: String,
    /// Text, as a rule.
    pub body: AttributeValue,
    /// Its attributes.
    pub attributes: BTreeMap<String, AttributeValue>,
    /// The trace it belongs to, in 32 hex digits.
    pub trace_id: Option<String>,
    /// The span it belongs to, in 16 hex digits.
    pub span_id: Option<String>,
    /// `service.name` of the resource; empty if it has none.
    pub service: String,
    /// The attributes of the resource.
    pub resource: Arc<BTreeMap<String, AttributeValue>>,
}

pub(super) fn read(request: ExportLogsServiceRequest) -> Vec<LogRecord> {
    request.resource_logs.into_iter().flat_map(read_resource).collect()
}

fn read_resource(logs: ResourceLogs) -> impl Iterator<Item = LogRecord> {
    let resource = Arc::new(by_key(logs.resource.map(|it| it.attributes).unwrap_or_default()));
    let service = resource.get("service.name").map(ToString::to_string).unwrap_or_default();
    let records = logs.scope_logs.into_iter().flat_map(|it| it.log_records);
    records.map(move |record| read_record(record, service.clone(), Arc::clone(&resource)))
}

fn read_record(
    record: wire_logs::LogRecord,
    service: String,
    resource: Arc<BTreeMap<String, AttributeValue>>,
) -> LogRecord {
    let nanos = match record.time_unix_nano {
        0 => record.observed_time_unix_nano,
        nanos => nanos,
    };
    LogRecord {
        at: Timestamp(nanos / 1_000),
        severity: severity(record.severity_text, record.severity_number),
        body: record.body.map_or(AttributeValue::Empty, Into::into),
        attributes: by_key(record.attributes),
        trace_id: hex_id(&record.trace_id),
        span_id: hex_id(&record.span_id),
        service,
        resource,
    }
}

/// <https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber>
fn severity(text: String, number: i32) -> String {
    const NAMES: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
    if !text.is_empty() {
        return text;
    }
    let Some(index) = number.checked_sub(1).and_then(|index| usize::try_from(index).ok()) else { return text };
    match (NAMES.get(index / 4), index % 4) {
        (None, _) => text,
        (Some(name), 0) => (*name).to_owned(),
        (Some(name), step) => format!("{name}{}", step + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_severity_is_the_programs_own_word_or_the_name_of_its_number() {
        for (text, number, expected) in [
            ("warning", 9, "warning"),
            ("", 1, "TRACE"),
            ("", 9, "INFO"),
            ("", 12, "INFO4"),
            ("", 24, "FATAL4"),
            ("", 0, ""),
            ("", 25, ""),
            ("", -1, ""),
            ("", i32::MIN, ""),
        ] {
            assert_eq!(severity(text.to_owned(), number), expected, "{text:?} {number}");
        }
    }
}
