//! How many spans may wait and go, and where these numbers come from.

#[cfg(feature = "otlp-logs")]
use super::super::settings::Batch;
use super::super::settings::Settings;

/// What the spans that wait, and those that are on their way, may weigh together, in bytes.
pub const MAX_QUEUE_BYTES: usize = 32 * 1024 * 1024;

/// What log records may weigh together, in bytes. They say less than spans, and there is a log of them.
#[cfg(feature = "otlp-logs")]
const MAX_LOG_BYTES: usize = 8 * 1024 * 1024;

/// What the spans of one request weigh at most, in bytes, unless one alone weighs more. In the request they take less.
///
/// As much is taken by default, and by backends that document a limit: nginx takes 1 MiB, BugSnag 1 MB, CloudWatch 5 MB, and a
/// receiver of gRPC, to which a collector may forward a request as it is, 4 MiB.
pub(super) const MAX_BATCH_BYTES: usize = 1024 * 1024;

/// What CloudWatch's OTLP endpoint takes in a request
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html>).
const MAX_BATCH_SPANS: usize = 10_000;

/// No batch is made smaller than this because a collector refuses larger ones, in bytes.
pub(super) const MIN_BATCH_BYTES: usize = 16 * 1024;

/// Exports at a time. One would leave the connection idle while a collector works on a batch.
pub(super) const MAX_EXPORTS: usize = 4;

#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Spans that wait; those on their way do not count.
    pub(super) spans: usize,
    pub(super) bytes: usize,
    /// Of a batch.
    pub(super) batch_spans: usize,
    pub(super) batch_bytes: usize,
    /// Spans upon which an export begins, though nobody asks for one.
    pub(super) full_batch: usize,
}

impl Limits {
    /// Numbers bound only what the user wants them to: by default weight does, and what a request may have.
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            spans: settings.queue_size.unwrap_or(usize::MAX),
            bytes: MAX_QUEUE_BYTES,
            batch_spans: if settings.batch_size_is_set { settings.batch_size } else { MAX_BATCH_SPANS },
            batch_bytes: MAX_BATCH_BYTES,
            full_batch: settings.batch_size,
        }
    }

    #[cfg(feature = "otlp-logs")]
    pub(super) fn of_logs(batch: &Batch) -> Self {
        Self {
            spans: batch.queue_size.unwrap_or(usize::MAX),
            bytes: MAX_LOG_BYTES,
            batch_spans: if batch.batch_size_is_set { batch.batch_size } else { MAX_BATCH_SPANS },
            batch_bytes: MAX_BATCH_BYTES,
            full_batch: batch.batch_size,
        }
    }
}
