//! How far a run has come, for people who wait for it.

use std::time::Duration;

/// The first word comes after so long, and each further one.
pub(super) const INTERVAL: Duration = Duration::from_secs(5);

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Progress {
    /// Records that are to be published.
    pub(super) records: usize,
    /// Records whose puts have ended.
    pub(super) put: usize,
    /// Processings that have ended.
    pub(super) processed: usize,
    /// Records that are joined to their traces, and so settled in every respect.
    pub(super) joined: usize,
    /// Since the run began.
    pub(super) elapsed: Duration,
    /// Records that were put in the latest interval.
    pub(super) lately: usize,
    /// Of all processes, in bytes, where that is known.
    pub(super) memory: Option<u64>,
}

impl Progress {
    pub(super) fn line(&self) -> String {
        let Self { records, put, processed, joined, lately, memory, .. } = *self;
        let memory = memory.map_or(String::new(), |bytes| format!(", {} MiB in all processes", mebibytes(bytes)));
        let rate = per_second(lately, INTERVAL);
        let left = self.left().map_or(String::new(), |left| format!(", about {} left", minutes(left)));
        format!("  {put} of {records} put, {processed} processed, {joined} joined; {rate} records/s{memory}{left}")
    }

    /// By the pace of the whole run.
    fn left(&self) -> Option<Duration> {
        let (left, put) = (self.records.checked_sub(self.put)?, u32::try_from(self.put).ok()?);
        let each = self.elapsed.checked_div(put)?;
        each.checked_mul(u32::try_from(left).ok()?)
    }
}

pub(super) fn mebibytes(bytes: u64) -> u64 {
    bytes.div_ceil(1024 * 1024)
}

fn per_second(records: usize, time: Duration) -> u128 {
    records as u128 * 1_000 / time.as_millis().max(1)
}

fn minutes(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_how_fast_how_large_and_how_long_still() {
        let progress = Progress {
            records: 10_000,
            put: 2_500,
            processed: 2_600,
            joined: 2_400,
            elapsed: Duration::from_secs(50),
            lately: 500,
            memory: Some(3 * 1024 * 1024),
        };
        let line =
            "  2500 of 10000 put, 2600 processed, 2400 joined; 100 records/s, 3 MiB in all processes, about 3 min left";
        assert_eq!(progress.line(), line);
        let begun = Progress { put: 0, processed: 0, joined: 0, lately: 0, memory: None, ..progress };
        assert_eq!(begun.line(), "  0 of 10000 put, 0 processed, 0 joined; 0 records/s");
        assert_eq!(Progress { put: 10_000, ..progress }.left(), Some(Duration::ZERO));
    }
}
