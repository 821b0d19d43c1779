//! When a batch is cut off, before the invocation's time is up. No I/O, no clock.

use std::time::Duration;

use tokio::time::Instant;

/// What it takes to end the span of a record, to write its line, and to send both, in a function that has the least memory and
/// so a fourteenth of a core.
const END_OF_A_RECORD: Duration = Duration::from_micros(250);

/// A batch ends record by record. So a large one is cut off earlier, or it would be answered after the deadline, for Lambda to
/// kill the process. At least three quarters of the time are for the business code.
pub(crate) fn of_batch(records: usize, now: Instant, stop_by: Instant) -> Instant {
    let ends = END_OF_A_RECORD.saturating_mul(u32::try_from(records).unwrap_or(u32::MAX));
    let most = stop_by.saturating_duration_since(now) / 4;
    stop_by.checked_sub(ends.min(most)).unwrap_or(stop_by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_batch_is_cut_off_earlier_but_has_most_of_the_time() {
        let now = Instant::now();
        for (records, left, kept) in [
            (1, 10_000_000, 250),
            (100, 10_000_000, 25_000),
            (10_000, 10_000_000, 2_500_000),
            (10_000, 2_000_000, 500_000),
            (usize::MAX, 2_000_000, 500_000),
            (100, 0, 0),
        ] {
            let stop_by = now + Duration::from_micros(left);
            let cut_off = of_batch(records, now, stop_by);
            assert_eq!(stop_by - cut_off, Duration::from_micros(kept), "{records} records, {left} µs");
        }
        assert_eq!(of_batch(100, now + Duration::from_secs(1), now), now, "time is up already");
    }
}
