//! When an invocation has to be over.

use std::time::{Duration, SystemTime};

/// Longer than any invocation may take, and far shorter than the time since the epoch.
const DAY: Duration = Duration::from_secs(86_400);

/// When an invocation has to be over that begins now and has been told so by the Runtime API.
///
/// Lambda tells a time. `cargo lambda watch` tells how long there is, which as a time would have passed in 1970: to the
/// functions, no invocation would have any time.
pub fn deadline(told: SystemTime) -> SystemTime {
    from(told, SystemTime::now())
}

fn from(told: SystemTime, now: SystemTime) -> SystemTime {
    match told.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(span) if span < DAY => now + span,
        _ => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_time_counts_from_now_and_a_time_is_itself() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let now = at(1_767_776_400);
        for (told, expected) in [(600, 1_767_777_000), (1_767_776_403, 1_767_776_403), (1_767_776_399, 1_767_776_399)] {
            assert_eq!(from(at(told), now), at(expected), "{told}");
        }
    }
}
