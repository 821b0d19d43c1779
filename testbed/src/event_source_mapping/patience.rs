//! How long to wait after a number of failures in a row.

use std::time::Duration;

/// The pause before the next attempt: none after the first failure, then 5 ms doubling up to half a second.
pub(super) fn backoff(failures: u32) -> Duration {
    match failures {
        0 | 1 => Duration::ZERO,
        n => Duration::from_millis(5 << (n - 2).min(7)).min(Duration::from_millis(500)),
    }
}

/// Failures in a row after which a call to Kinesis is given up: about 20 seconds. AWS never gives up, but a testbed
/// whose stream is gone should say so.
pub(super) const LIMIT: u32 = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_retry_is_immediate_and_later_ones_wait_longer_up_to_a_limit() {
        let table = [(0, 0), (1, 0), (2, 5), (3, 10), (8, 320), (9, 500), (u32::MAX, 500)];
        for (failures, millis) in table {
            assert_eq!(backoff(failures).as_millis(), millis, "{failures} failures");
        }
        let total: Duration = (0..LIMIT).map(backoff).sum();
        assert!(total > Duration::from_secs(15) && total < Duration::from_secs(30), "{total:?}");
    }
}
