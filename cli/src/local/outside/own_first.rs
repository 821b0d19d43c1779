//! Of two lines about one thing, that of who did it counts, and that of who watched only if no other comes.

use std::collections::{HashMap, VecDeque};

use super::PATIENCE;
use super::recent::Recent;

/// So many own lines are remembered at least: they may come long before an invocation ends, and what is seen from outside with it.
const OWN: usize = 20_000;

/// Lines from outside, by what they are about.
#[derive(Debug)]
pub(super) struct OwnFirst<L> {
    own: Recent,
    /// What was told from outside: an own line that comes later still would be a second one.
    told: Recent,
    waiting: HashMap<u64, L>,
    queue: VecDeque<(u64, u64)>,
}

impl<L> Default for OwnFirst<L> {
    fn default() -> Self {
        Self { own: Recent::new(OWN), told: Recent::new(OWN), waiting: HashMap::new(), queue: VecDeque::new() }
    }
}

impl<L> OwnFirst<L> {
    /// An own line has come. Returns whether it counts: it came in time.
    pub(super) fn own(&mut self, about: u64) -> bool {
        self.own.add(about);
        self.waiting.remove(&about);
        !self.told.has(about)
    }

    /// The same was seen from outside, at this time in microseconds.
    pub(super) fn outside(&mut self, about: u64, line: L, now: u64) {
        if !self.own.has(about) {
            self.waiting.insert(about, line);
            self.queue.push_back((now, about));
        }
    }

    /// The lines that have waited long enough.
    pub(super) fn due(&mut self, now: u64) -> Vec<L> {
        let mut due = Vec::new();
        while let Some((_, about)) = self.queue.pop_front_if(|(since, _)| now.saturating_sub(*since) >= PATIENCE) {
            if let Some(line) = self.waiting.remove(&about) {
                self.told.add(about);
                due.push(line);
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_from_outside_counts_unless_the_own_one_came_before_it_or_comes_in_time() {
        let second = 1_000_000;
        // When the own line comes, and whether the other one counts.
        let table = [
            (Some(0), false),
            (Some(5 * second), false),
            (Some(6 * second), false),
            (Some(8 * second), true),
            (None, true),
        ];
        for (own_at, counts) in table {
            let mut lines = OwnFirst::default();
            let mut due = Vec::new();
            for now in (0..10).map(|now| now * second) {
                if own_at == Some(now) {
                    assert_ne!(lines.own(1), counts, "one of both counts: {own_at:?}");
                }
                if now == 5 * second {
                    lines.outside(1, "outside", now);
                }
                due.extend(lines.due(now).into_iter().map(|line| (now, line)));
            }
            let expected = if counts { vec![(7 * second, "outside")] } else { vec![] };
            assert_eq!(due, expected, "{own_at:?}");
        }
    }
}
