//! Takes log records, and has them exported as spans are.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry::logs::{AnyValue, Severity};
use opentelemetry_otlp::LogExporter;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord};

use super::backlog::Backlog;
use super::encoder::{Encoder, LogRecord};
use super::queue::Rank;
use super::thread::ExportThread;
use crate::lines::TARGET;

/// What waits for the exporter, for those who ask. Cloning shares it.
#[derive(Debug, Clone)]
pub(in crate::telemetry) struct LogBacklog(Backlog<Encoder<LogExporter>>);

impl LogBacklog {
    /// So much has ended since the last flush that an export begins by itself, or one is in flight.
    pub(in crate::telemetry) fn has_full_batch(&self) -> bool {
        self.0.has_full_batch()
    }
}

/// The processor of one provider.
#[derive(Debug)]
pub(in crate::telemetry) struct ExportingLogs {
    backlog: Backlog<Encoder<LogExporter>>,
    /// The longest that a flush waits.
    patience: Duration,
    _thread: Arc<ExportThread>,
}

impl ExportingLogs {
    pub(super) fn new(backlog: Backlog<Encoder<LogExporter>>, patience: Duration, thread: &Arc<ExportThread>) -> Self {
        Self { backlog, patience, _thread: Arc::clone(thread) }
    }

    pub(in crate::telemetry) fn backlog(&self) -> LogBacklog {
        LogBacklog(self.backlog.clone())
    }
}

impl LogProcessor for ExportingLogs {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        // A warning about exports would be one more record to export, and take the room of the program's own.
        if record.target().is_some_and(|target| target == TARGET) {
            return;
        }
        let (bytes, rank) = (weight(record), rank(record.severity_number()));
        self.backlog.push((record.clone(), scope.clone()), bytes, rank);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.backlog.wait(self.patience)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.backlog.end(timeout)
    }
}

/// An error takes the place of what matters less.
fn rank(severity: Option<Severity>) -> Rank {
    match severity {
        Some(severity) if severity >= Severity::Error => Rank::Entry,
        Some(severity) if severity >= Severity::Info => Rank::Record,
        _ => Rank::Inner,
    }
}

/// What it takes in memory, in bytes, as far as that can be told.
fn weight(record: &SdkLogRecord) -> usize {
    let attributes = record.attributes_iter().map(|(key, it)| size_of::<AnyValue>() + key.as_str().len() + value(it));
    size_of::<LogRecord>() + record.body().map_or(0, value) + attributes.sum::<usize>()
}

fn value(value: &AnyValue) -> usize {
    match value {
        AnyValue::String(text) => text.as_str().len(),
        AnyValue::Bytes(bytes) => bytes.len(),
        // Numbers stand in the attribute itself, and `tracing` has no others.
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::logs::{LogRecord as _, Logger as _, LoggerProvider as _};
    use opentelemetry_sdk::logs::SdkLoggerProvider;

    use super::*;

    #[test]
    fn every_large_part_of_a_log_record_weighs_and_an_error_matters_most() {
        let record = || SdkLoggerProvider::builder().build().logger("test").create_log_record();
        let plain = weight(&record());
        let mut with_body = record();
        with_body.set_body("x".repeat(250).into());
        let mut with_attribute = record();
        with_attribute.add_attribute("k", "x".repeat(250));
        assert!(weight(&with_body) >= plain + 250 && weight(&with_attribute) >= plain + 250);
        let ranks = [None, Some(Severity::Debug), Some(Severity::Info), Some(Severity::Warn), Some(Severity::Error)];
        let expected = [Rank::Inner, Rank::Inner, Rank::Record, Rank::Record, Rank::Entry];
        assert_eq!(ranks.map(rank), expected);
    }
}
