//! How long to wait before another environment is started, when those before it ended without an answer.

use std::time::Duration;

use tokio::time::Instant;

/// The longest wait. Lambda promises none; without one, a program that cannot start would take a processor for itself.
const LONGEST: Duration = Duration::from_secs(1);

/// Environments in a row that ended of themselves before they had answered anything.
#[derive(Debug, Default)]
pub(super) struct Crashes {
    in_a_row: u32,
    last: Option<Instant>,
}

impl Crashes {
    pub(super) fn count(&mut self, now: Instant) {
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.last = Some(now);
    }

    /// An environment has answered, or there is a new build.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// When the next environment may be started; `None` is now.
    pub(super) fn until(&self) -> Option<Instant> {
        self.last.map(|last| last + pause(self.in_a_row))
    }
}

/// None after the first, for Lambda starts another one at once; then 50 ms, doubling.
fn pause(in_a_row: u32) -> Duration {
    match in_a_row {
        0 | 1 => Duration::ZERO,
        n => Duration::from_millis(50 << (n - 2).min(8)).min(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_restart_is_immediate_and_later_ones_wait_longer_up_to_a_second() {
        for (in_a_row, millis) in [(0, 0), (1, 0), (2, 50), (3, 100), (6, 800), (7, 1000), (u32::MAX, 1000)] {
            assert_eq!(pause(in_a_row).as_millis(), millis, "{in_a_row}");
        }
        let (mut crashes, now) = (Crashes::default(), Instant::now());
        assert_eq!(crashes.until(), None);
        (0..3).for_each(|_| crashes.count(now));
        assert_eq!(crashes.until(), Some(now + pause(3)));
        crashes.forget();
        assert_eq!(crashes.until(), None);
    }
}
