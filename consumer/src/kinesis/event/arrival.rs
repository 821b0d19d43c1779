//! When Kinesis took a record, as an event says it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Until about the year 5000, for which the short way was shown to round as the long one does.
const MAX_DIGITS: usize = 11;

/// Seconds with a fraction, as a JSON number or, from event types that write it so, as a string.
pub(super) fn arrival(json: &str) -> Option<SystemTime> {
    let millis = match plain_millis(json.as_bytes()) {
        Some(millis) => millis,
        None => rounded_millis(json.trim_matches('"').parse().ok()?)?,
    };
    UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}

/// Rounding to the unit that Kinesis counts in: 1545084650.987 has no exact binary form.
fn rounded_millis(seconds: f64) -> Option<u64> {
    let since = Duration::try_from_secs_f64((seconds * 1000.0).round() / 1000.0).ok()?;
    u64::try_from((since + Duration::from_micros(500)).as_millis()).ok()
}

/// A time as Lambda writes it, with which a text begins, and how long that is.
pub(super) fn plain(text: &str) -> Option<(SystemTime, usize)> {
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let length = text.as_bytes().iter().take(MAX_DIGITS + 4).take_while(|byte| is_part(byte)).count();
    let millis = plain_millis(&text.as_bytes()[..length])?;
    Some((UNIX_EPOCH.checked_add(Duration::from_millis(millis))?, length))
}

/// Of a JSON number that has only digits, and up to three of them as its fraction.
fn plain_millis(json: &[u8]) -> Option<u64> {
    let point = json.iter().position(|byte| *byte == b'.');
    let (seconds, fraction) = point.map_or((json, &[][..]), |point| (&json[..point], &json[point + 1..]));
    if seconds.is_empty() || seconds.len() > MAX_DIGITS || fraction.len() > 3 || point.is_some() && fraction.is_empty()
    {
        return None;
    }
    if seconds.len() > 1 && seconds[0] == b'0' {
        return None;
    }
    let mut millis = 0;
    for place in seconds.iter().chain(fraction) {
        millis = millis * 10 + digit(*place)?;
    }
    Some(millis * [1000, 100, 10, 1].get(fraction.len())?)
}

fn digit(byte: u8) -> Option<u64> {
    byte.is_ascii_digit().then(|| u64::from(byte - b'0'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_short_way_to_a_time_rounds_as_the_long_one(seconds in "[0-9]{1,12}", fraction in "(\\.[0-9]{0,4})?") {
            let json = format!("{seconds}{fraction}");
            let Some(millis) = plain_millis(json.as_bytes()) else { return Ok(()) };
            prop_assert_eq!(Some(millis), rounded_millis(json.parse().unwrap()), "{}", json);
            prop_assert!(serde_json::from_str::<f64>(&json).is_ok());
        }
    }

    #[test]
    fn every_millisecond_of_a_second_is_read() {
        for millis in 0..1000 {
            for seconds in [0, 7, 1_545_084_650, 1_767_225_600, 99_999_999_999] {
                let json = format!("{seconds}.{millis:03}");
                assert_eq!(plain_millis(json.as_bytes()), Some(seconds * 1000 + millis), "{json}");
                assert_eq!(rounded_millis(json.parse().unwrap()), Some(seconds * 1000 + millis), "{json}");
            }
        }
        for odd in ["", ".5", "1.", "1.2345", "-1", "1e3", "\"1.5\"", "123456789012", "1.+5", "null", "01", "00.5"] {
            assert_eq!(plain_millis(odd.as_bytes()), None, "{odd}");
        }
    }
}
