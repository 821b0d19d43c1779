//! How long records took.

use serde::ser::{Serialize, SerializeStruct as _, Serializer};

/// Durations in microseconds, exact below 2,048 µs and within a thousandth above. Serialised as their percentiles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Latencies {
    /// How many there are in each class.
    classes: Vec<u64>,
    count: u64,
    longest: u64,
}

/// Classes for each doubling, and twice that for what is below the first.
const CLASSES: u64 = 1024;

impl Latencies {
    pub(super) fn add(&mut self, duration: u64) {
        let class = usize::try_from(class_of(duration)).unwrap_or(usize::MAX);
        if self.classes.len() <= class {
            self.classes.resize(class + 1, 0);
        }
        self.classes[class] += 1;
        self.count += 1;
        self.longest = self.longest.max(duration);
    }

    /// The smallest duration that at least `percent` of a hundred do not exceed; `None` if there are no durations.
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let rank = (self.count * percent.min(100)).div_ceil(100).max(1);
        if self.count <= rank {
            return (self.count > 0).then_some(self.longest);
        }
        let mut seen = 0;
        let reached = (0..).zip(&self.classes).find(|(_, count)| {
            seen += **count;
            seen >= rank
        });
        reached.map(|(class, _)| least_of(class))
    }
}

fn class_of(duration: u64) -> u64 {
    let halvings = u64::from(duration.checked_ilog2().unwrap_or(0)).saturating_sub(10);
    halvings * CLASSES + (duration >> halvings)
}

fn least_of(class: u64) -> u64 {
    let halvings = (class / CLASSES).saturating_sub(1);
    (class - halvings * CLASSES) << halvings
}

impl Serialize for Latencies {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let percentiles = [("p50_us", 50), ("p90_us", 90), ("p99_us", 99), ("max_us", 100)];
        let mut out = serializer.serialize_struct("Latencies", percentiles.len())?;
        for (name, percent) in percentiles {
            out.serialize_field(name, &self.percentile(percent))?;
        }
        out.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_durations_that_occurred() {
        let table: [(&[u64], u64, Option<u64>); 6] = [
            (&[], 50, None),
            (&[7], 50, Some(7)),
            (&[7], 0, Some(7)),
            (&[4, 1, 3, 2], 50, Some(2)),
            (&[4, 1, 3, 2], 99, Some(4)),
            (&[4, 1, 3, 2], 100, Some(4)),
        ];
        for (durations, percent, expected) in table {
            let mut latencies = Latencies::default();
            durations.iter().for_each(|duration| latencies.add(*duration));
            assert_eq!(latencies.percentile(percent), expected, "p{percent} of {durations:?}");
        }
    }

    #[test]
    fn long_durations_are_told_within_a_thousandth() {
        for duration in (0..64).flat_map(|bit| [(1_u64 << bit) - 1, 1 << bit, (1 << bit) + 1, 3 << bit >> 1, u64::MAX])
        {
            let least = least_of(class_of(duration));
            assert!(least <= duration && duration - least <= duration / 1000, "{duration} became {least}");
        }
    }
}
