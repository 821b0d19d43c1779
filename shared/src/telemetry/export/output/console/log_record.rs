//! A log record on a line.

use std::time::UNIX_EPOCH;

use opentelemetry::logs::AnyValue;
use opentelemetry_sdk::logs::SdkLogRecord;

use super::{clock, plain, value};

pub(in super::super::super) fn log_record(record: &SdkLogRecord) -> String {
    let at = record.timestamp().or_else(|| record.observed_timestamp()).unwrap_or(UNIX_EPOCH);
    let level = record.severity_text().unwrap_or("?");
    let target = record.target().map(|target| plain(target)).unwrap_or_default();
    let body = record.body().map(|body| plain(&text(body))).unwrap_or_default();
    let attributes = record.attributes_iter().map(|(key, it)| format!(" {}={}", plain(key.as_str()), value(&text(it))));
    let ids = record.trace_context().map(|ids| format!(" trace={} span={}", ids.trace_id, ids.span_id));
    let attributes: String = attributes.collect();
    format!("{} log {level} {target} {body}{attributes}{}\n", clock(at), ids.unwrap_or_default())
}

fn text(value: &AnyValue) -> String {
    match value {
        AnyValue::Int(number) => number.to_string(),
        AnyValue::Double(number) => number.to_string(),
        AnyValue::String(text) => text.to_string(),
        AnyValue::Boolean(value) => value.to_string(),
        // `tracing` has no others.
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use opentelemetry::logs::{LogRecord as _, Logger as _, LoggerProvider as _};
    use opentelemetry_sdk::logs::SdkLoggerProvider;

    use super::*;

    #[test]
    fn a_log_record_says_what_was_logged_and_where_it_belongs() {
        let mut record = SdkLoggerProvider::builder().build().logger("test").create_log_record();
        record.set_timestamp(UNIX_EPOCH + Duration::from_micros(1_581_452_773_000_789));
        record.set_severity_text("INFO");
        record.set_target("flights");
        record.set_body("departed {\n".into());
        record.add_attribute("origin", "JFK");
        record.add_attribute("delay", 2);
        record.set_trace_context(1.into(), 2.into(), None);
        let expected = "20:26:13.000789Z log INFO flights departed \\u007b\\n origin=JFK delay=2 \
            trace=00000000000000000000000000000001 span=0000000000000002\n";
        assert_eq!(log_record(&record), expected);
    }
}
