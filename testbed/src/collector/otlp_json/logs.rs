//! Log records.

use serde::Deserialize;
use serde::de::Deserializer;

use super::any_value::{AnyValue, Attributes, Resource, into};
use super::field::{Field, Id, SnakeCase, Whole, number_or_name};
use crate::collector::wire_logs as proto;

/// The body of a request.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(in crate::collector) struct Logs {
    resource_logs: Field<Vec<ResourceLogs>>,
    #[serde(rename = "resource_logs")]
    _misspelt: SnakeCase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ResourceLogs {
    resource: Option<Resource>,
    scope_logs: Field<Vec<ScopeLogs>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ScopeLogs {
    log_records: Field<Vec<LogRecord>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct LogRecord {
    time_unix_nano: Field<Whole<u64>>,
    observed_time_unix_nano: Field<Whole<u64>>,
    #[serde(deserialize_with = "severity_number")]
    severity_number: i32,
    severity_text: Field<String>,
    body: Option<AnyValue>,
    attributes: Attributes,
    trace_id: Field<Id>,
    span_id: Field<Id>,
}

/// `SEVERITY_NUMBER_INFO2` is 10: four of each, from 1.
fn severity_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    const FIRST: [(&str, i32); 6] =
        [("TRACE", 1), ("DEBUG", 5), ("INFO", 9), ("WARN", 13), ("ERROR", 17), ("FATAL", 21)];
    number_or_name(deserializer, |name| {
        let name = name.strip_prefix("SEVERITY_NUMBER_")?;
        let (level, step) = FIRST.iter().find_map(|(level, first)| Some((first, name.strip_prefix(level)?)))?;
        let step = if step.is_empty() { 1 } else { step.parse().ok()? };
        (1..=4).contains(&step).then_some(level + step - 1)
    })
}

impl From<Logs> for proto::ExportLogsServiceRequest {
    fn from(Logs { resource_logs, .. }: Logs) -> Self {
        Self { resource_logs: into(resource_logs) }
    }
}

impl From<ResourceLogs> for proto::ResourceLogs {
    fn from(ResourceLogs { resource, scope_logs }: ResourceLogs) -> Self {
        Self { resource: resource.map(Into::into), scope_logs: into(scope_logs) }
    }
}

impl From<ScopeLogs> for proto::ScopeLogs {
    fn from(ScopeLogs { log_records }: ScopeLogs) -> Self {
        Self { log_records: into(log_records) }
    }
}

impl From<LogRecord> for proto::LogRecord {
    fn from(record: LogRecord) -> Self {
        Self {
            time_unix_nano: record.time_unix_nano.0.0,
            observed_time_unix_nano: record.observed_time_unix_nano.0.0,
            severity_number: record.severity_number,
            severity_text: record.severity_text.0,
            body: record.body.map(Into::into),
            attributes: into(record.attributes),
            trace_id: record.trace_id.0.0,
            span_id: record.span_id.0.0,
        }
    }
}
