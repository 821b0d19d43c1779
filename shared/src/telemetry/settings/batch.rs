//! How spans and log records wait, and when they leave.

use std::num::NonZero;
use std::time::Duration;

use super::reading::Reading;
use crate::telemetry::flush_policy::{self, FlushPolicy};

/// The variables of a signal.
#[derive(Debug, Clone, Copy)]
pub(super) struct BatchNames {
    queue: &'static str,
    batch: &'static str,
    delay: &'static str,
    default_delay: Duration,
}

pub(super) const SPANS: BatchNames = BatchNames {
    queue: "OTEL_BSP_MAX_QUEUE_SIZE",
    batch: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    delay: "OTEL_BSP_SCHEDULE_DELAY",
    default_delay: Duration::from_secs(5),
};
pub(super) const LOG_RECORDS: BatchNames = BatchNames {
    queue: "OTEL_BLRP_MAX_QUEUE_SIZE",
    batch: "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
    delay: "OTEL_BLRP_SCHEDULE_DELAY",
    default_delay: Duration::from_secs(1),
};

/// As the specification has it.
pub(super) const DEFAULT_BATCH: usize = 512;

const FROM_ONE: &str = "use a whole number from 1";

/// Of spans, or of log records.
#[derive(Debug)]
pub(in crate::telemetry) struct Batch {
    /// How many may wait, if their weight is not all that bounds them.
    pub(in crate::telemetry) queue_size: Option<usize>,
    /// So many upon which an export begins, though nobody asks for one; no more than may wait.
    pub(in crate::telemetry) batch_size: usize,
    /// So that it also bounds an export.
    pub(in crate::telemetry) batch_size_is_set: bool,
    /// Between two exports that nobody asked for. A process that stands still between invocations has flushes instead.
    pub(in crate::telemetry) delay: Option<Duration>,
}

impl Batch {
    /// The endpoint takes no more than `most_taken` in a request, if it is known how many.
    pub(super) fn read(
        reading: &mut Reading<'_>,
        names: BatchNames,
        flush_policy: FlushPolicy,
        most_taken: Option<usize>,
    ) -> Self {
        let queue_size = reading.number(names.queue, |size: &usize| *size > 0, "none", FROM_ONE);
        let most_taken = most_taken.unwrap_or(usize::MAX);
        let batch_size = batch_size(reading, names, queue_size.unwrap_or(usize::MAX), most_taken);
        let has_flushes_only = flush_policy.keeps_spans_after_an_answer() && is_frozen(reading);
        let default = (!has_flushes_only).then_some(names.default_delay);
        let instead = default.map_or_else(|| "none".to_owned(), |delay| delay.as_millis().to_string());
        Self {
            queue_size,
            batch_size: batch_size.unwrap_or(DEFAULT_BATCH).min(queue_size.unwrap_or(usize::MAX)),
            batch_size_is_set: batch_size.is_some(),
            delay: reading.duration(names.delay, &instead).or(default),
        }
    }
}

fn batch_size(reading: &mut Reading<'_>, names: BatchNames, most_wait: usize, most_taken: usize) -> Option<usize> {
    let default = DEFAULT_BATCH.min(most_wait).to_string();
    let size = reading.number(names.batch, |size: &usize| *size > 0, &default, FROM_ONE)?;
    let most = most_wait.min(most_taken);
    if size > most {
        let limit =
            if most_wait <= most_taken { format!("{} allows", names.queue) } else { "CloudWatch takes".to_owned() };
        reading.tell(format!("{}={size} is more than {limit}, so {most} is used", names.batch));
    }
    Some(size.min(most))
}

/// Whether the process stands still between invocations: on Lambda, but not on Managed Instances, where it has several at
/// once. An export that the clock began would stand still, too.
fn is_frozen(reading: &Reading<'_>) -> bool {
    let at_once = reading.get("AWS_LAMBDA_MAX_CONCURRENCY").and_then(|number| number.parse::<u32>().ok());
    reading.get("AWS_LAMBDA_FUNCTION_NAME").is_some() && at_once.unwrap_or(1) <= 1
}

pub(super) fn flush_policy(reading: &mut Reading<'_>) -> FlushPolicy {
    let any = |_: &NonZero<u32>| true;
    let seconds = reading.number(flush_policy::SECONDS, any, "none", "use a whole number of seconds from 1");
    let without = if seconds.is_some() { "none" } else { "1" };
    let invocations = reading.number(flush_policy::INVOCATIONS, any, without, FROM_ONE);
    FlushPolicy::new(invocations, seconds.map(|seconds| Duration::from_secs(seconds.get().into())))
}

#[cfg(test)]
mod tests;
