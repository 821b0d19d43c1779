//! How soon a shard is read again.

use std::time::Duration;

use super::settings::Settings;

/// Five reads a second and shard are allowed to all its readers but consumers with enhanced fan-out:
/// <https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>.
const LEAST: Duration = Duration::from_millis(200);
/// A consumer with enhanced fan-out typically has a record 70 milliseconds after its put:
/// <https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html>.
const PUSHED: Duration = Duration::from_millis(50);

/// The pause after a read that brought something, or nothing. Lambda reads a shard once a second, and again at once when
/// more is available: <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#kinesis-polling-and-batching>. A
/// mapping that is made to read faster than five times a second is not held to that limit.
pub(super) fn pause(settings: &Settings, found: bool) -> Duration {
    match (settings.enhanced_fan_out, found) {
        (true, false) => settings.poll_interval.min(PUSHED),
        (true, true) => Duration::ZERO,
        (false, false) => settings.poll_interval,
        (false, true) if settings.poll_interval >= LEAST => LEAST,
        (false, true) => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_read_once_a_second_and_five_times_at_most_or_pushed_to_a_consumer_of_its_own() {
        let table = [
            (1000, false, [1000, 200]),
            (200, false, [200, 200]),
            (5, false, [5, 0]),
            (1000, true, [50, 0]),
            (5, true, [5, 0]),
        ];
        for (interval, enhanced_fan_out, expected) in table {
            let poll_interval = Duration::from_millis(interval);
            let settings = Settings { poll_interval, enhanced_fan_out, ..Settings::default() };
            let pauses = [false, true].map(|found| pause(&settings, found).as_millis());
            assert_eq!(pauses, expected, "{interval} {enhanced_fan_out}");
        }
    }
}
