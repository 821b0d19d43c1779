//! The time that signatures tell. AWS takes none that is five minutes off, and a machine's clock may be.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// This machine's, and how many seconds the endpoint's is ahead of it.
#[derive(Debug, Default)]
pub(super) struct Clock(AtomicI64);

impl Clock {
    pub(super) fn now(&self) -> SystemTime {
        later(SystemTime::now(), self.0.load(Ordering::Relaxed))
    }

    /// It is that late now.
    pub(super) fn set(&self, now: SystemTime) {
        self.0.store(seconds_between(SystemTime::now(), now), Ordering::Relaxed);
    }
}

/// From the first to the second. Negative if that is earlier.
pub(super) fn seconds_between(first: SystemTime, second: SystemTime) -> i64 {
    let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    match second.duration_since(first) {
        Ok(duration) => seconds(duration),
        Err(error) => -seconds(error.duration()),
    }
}

/// A time that there is not is the same as before.
fn later(time: SystemTime, seconds: i64) -> SystemTime {
    let duration = Duration::from_secs(seconds.unsigned_abs());
    let later = if seconds < 0 { time.checked_sub(duration) } else { time.checked_add(duration) };
    later.unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_goes_on_from_there() {
        for off in [0, 60, 3600, -3600, 86_400 * 365 * 30, -86_400 * 365 * 30] {
            let clock = Clock::default();
            let now = later(SystemTime::now(), off);
            clock.set(now);
            let passed = seconds_between(now, clock.now());
            assert!((-1..60).contains(&passed), "{off}: {passed}");
        }
    }
}
