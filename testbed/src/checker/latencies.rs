//! How long records took.

use serde::ser::{Serialize, SerializeStruct as _, Serializer};

/// Durations in microseconds, ascending. Serialised as their percentiles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Latencies(Vec<u64>);

impl Latencies {
    /// All durations, ascending.
    pub fn as_slice(&self) -> &[u64] {
        &self.0
    }

    /// The smallest duration that at least `percent` of a hundred do not exceed; `None` if there are no durations.
    pub fn percentile(&self, percent: usize) -> Option<u64> {
        let rank = (self.0.len() * percent.min(100)).div_ceil(100);
        self.0.get(rank.saturating_sub(1)).copied()
    }
}

impl FromIterator<u64> for Latencies {
    fn from_iter<I: IntoIterator<Item = u64>>(durations: I) -> Self {
        let mut durations: Vec<_> = durations.into_iter().collect();
        durations.sort_unstable();
        Self(durations)
    }
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
        let table: [(&[u64], usize, Option<u64>); 6] = [
            (&[], 50, None),
            (&[7], 50, Some(7)),
            (&[7], 0, Some(7)),
            (&[4, 1, 3, 2], 50, Some(2)),
            (&[4, 1, 3, 2], 99, Some(4)),
            (&[4, 1, 3, 2], 100, Some(4)),
        ];
        for (durations, percent, expected) in table {
            let latencies: Latencies = durations.iter().copied().collect();
            assert_eq!(latencies.percentile(percent), expected, "p{percent} of {durations:?}");
        }
    }
}
