//! How spans wait, and when they leave.

use std::num::NonZero;
use std::time::Duration;

use super::reading::Reading;
use crate::telemetry::flush_policy::{self, FlushPolicy};

const QUEUE: &str = "OTEL_BSP_MAX_QUEUE_SIZE";
const BATCH: &str = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE";

/// As the specification has it.
pub(super) const DEFAULT_BATCH: usize = 512;
const DEFAULT_DELAY: Duration = Duration::from_secs(5);

const FROM_ONE: &str = "use a whole number from 1";

#[derive(Debug)]
pub(super) struct Batch {
    /// Spans that may wait, if their weight is not all that bounds them.
    pub(super) queue_size: Option<usize>,
    /// Spans upon which an export begins, though nobody asks for one; no more than may wait.
    pub(super) batch_size: usize,
    /// So that it also bounds an export.
    pub(super) batch_size_is_set: bool,
    /// Between two exports that nobody asked for. A process that stands still between invocations has flushes instead.
    pub(super) delay: Option<Duration>,
}

impl Batch {
    pub(super) fn read(reading: &mut Reading<'_>, flush_policy: FlushPolicy) -> Self {
        let queue_size = reading.number(QUEUE, |size: &usize| *size > 0, "none", FROM_ONE);
        let batch_size = batch_size(reading, queue_size.unwrap_or(usize::MAX));
        let has_flushes_only = flush_policy.keeps_spans_after_an_answer() && is_frozen(reading);
        let default = (!has_flushes_only).then_some(DEFAULT_DELAY);
        let instead = if has_flushes_only { "none" } else { "5000" };
        Self {
            queue_size,
            batch_size: batch_size.unwrap_or(DEFAULT_BATCH).min(queue_size.unwrap_or(usize::MAX)),
            batch_size_is_set: batch_size.is_some(),
            delay: reading.duration("OTEL_BSP_SCHEDULE_DELAY", instead).or(default),
        }
    }
}

fn batch_size(reading: &mut Reading<'_>, most: usize) -> Option<usize> {
    let default = DEFAULT_BATCH.min(most).to_string();
    let size = reading.number(BATCH, |size: &usize| *size > 0, &default, FROM_ONE)?;
    if size > most {
        reading.tell(format!("{BATCH}={size} is more than {QUEUE} allows, so {most} is used"));
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
