//! When the next record may go: at an even rate, and without catching up. Pure.

use std::time::Duration;

/// So late a record may be without the later ones being late, too: what a timer is late by.
const SLACK: Duration = Duration::from_millis(20);

/// The pace of an input. Times are since any moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    interval: Duration,
    next: Duration,
}

impl Pace {
    pub(super) fn new(a_second: u32, now: Duration) -> Self {
        Self { interval: Duration::from_secs(1) / a_second.max(1), next: now }
    }

    /// When the next record is due, if it is asked for at this time.
    pub(super) fn next(&mut self, now: Duration) -> Duration {
        let due = self.next.max(now.saturating_sub(SLACK));
        self.next = due + self.interval;
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// How many records go until then, by who sends them as soon as they are due.
    fn until(pace: &mut Pace, mut now: Duration, end: Duration) -> u32 {
        let mut sent = 0;
        loop {
            now = now.max(pace.next(now));
            if now >= end {
                return sent;
            }
            sent += 1;
        }
    }

    #[test]
    fn records_go_at_the_rate() {
        for rate in [1, 8, 100, 500, 20_000] {
            assert_eq!(until(&mut Pace::new(rate, SECOND), SECOND, 3 * SECOND), 2 * rate, "{rate}");
        }
    }

    #[test]
    fn what_was_held_up_does_not_come_as_a_burst() {
        let mut pace = Pace::new(100, SECOND);
        pace.next(SECOND);
        let sent = until(&mut pace, 60 * SECOND, 61 * SECOND);
        assert!((100..=103).contains(&sent), "{sent}");
    }
}
