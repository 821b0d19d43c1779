//! How long a failed record waits before it goes again.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);

/// Twice as long after each failure, up to two seconds, and a random part of that, so that many producers that were
/// throttled together do not come back together. `random` is between 0 and 1.
pub(crate) fn backoff(failures: u32, random: f64) -> Duration {
    let ceiling = FIRST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(LONGEST);
    ceiling / 2 + (ceiling / 2).mul_f64(random.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_ceiling_and_never_vanish() {
        let table = [(1, 0.0, 25), (1, 1.0, 50), (2, 1.0, 100), (3, 0.5, 150), (20, 1.0, 2000), (u32::MAX, 0.0, 1000)];
        for (failures, random, millis) in table {
            assert_eq!(backoff(failures, random), Duration::from_millis(millis), "{failures} {random}");
        }
    }
}
