//! Requests with log records.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};

use super::*;

#[test]
fn a_request_with_log_records_has_each_field_in_the_form_of_the_specification() {
    let ((resource, resource_json), (scope, scope_json)) = (resource(), scope());
    let (attributes, attributes_json) = one_attribute();
    let record = LogRecord {
        time_unix_nano: LARGE,
        observed_time_unix_nano: LARGE + 1,
        severity_number: 9,
        severity_text: "INFO".to_owned(),
        body: Some(any(Any::StringValue("departed".to_owned()))),
        attributes,
        dropped_attributes_count: 3,
        flags: 1,
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        event_name: "e".to_owned(),
    };
    let logs =
        ScopeLogs { scope: Some(scope), log_records: vec![record, LogRecord::default()], schema_url: "s".to_owned() };
    let logs = ResourceLogs { resource: Some(resource), scope_logs: vec![logs], schema_url: "r".to_owned() };
    let record_json = json!({
        "timeUnixNano": "1581452773000000789", "observedTimeUnixNano": "1581452773000000790", "severityNumber": 9,
        "severityText": "INFO", "body": {"stringValue": "departed"}, "attributes": attributes_json,
        "droppedAttributesCount": 3, "flags": 1, "traceId": "01".repeat(16), "spanId": "02".repeat(8), "eventName": "e",
    });
    let expected = json!({"resourceLogs": [{"resource": resource_json, "schemaUrl": "r", "scopeLogs": [
        {"scope": scope_json, "schemaUrl": "s", "logRecords": [record_json, {}]}]}]});
    assert_eq!(written(Signal::Logs, &ExportLogsServiceRequest { resource_logs: vec![logs] }), expected);
}
