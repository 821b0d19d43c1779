//! What is left of an invocation's time for its answer once the last record is given up.

use std::time::Duration;

/// Whatever the number of events: the publisher's end, the answer's way to Lambda.
const BASE: Duration = Duration::from_secs(1);

/// For each event with a whole processor: its record given up, its span ended, its line written, its result in the answer.
const PER_EVENT: Duration = Duration::from_micros(40);

/// With so much memory, in MB, a function has a whole processor; with less, a part of one
/// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>).
const WHOLE_PROCESSOR: u32 = 1769;

/// Of what is `left` of the invocation's time, at most half: there has to be some to publish in.
pub(crate) fn margin(events: usize, memory: i32, left: Duration) -> Duration {
    let memory = u32::try_from(memory).unwrap_or_default().clamp(128, WHOLE_PROCESSOR);
    let events = u32::try_from(events).unwrap_or(u32::MAX);
    let work = PER_EVENT.saturating_mul(events).saturating_mul(WHOLE_PROCESSOR) / memory;
    BASE.saturating_add(work).min(left / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_grows_with_the_events_and_with_the_lack_of_a_processor() {
        for (events, memory, left, expected) in [
            (0, 256, 30_000, 1_000),
            (1, 256, 30_000, 1_000),
            (100, 1769, 30_000, 1_004),
            (10_000, 1769, 30_000, 1_400),
            (10_000, 10_240, 30_000, 1_400),
            (10_000, 256, 30_000, 3_764),
            (18_000, 256, 30_000, 5_975),
            (18_000, 128, 30_000, 10_950),
            (18_000, 128, 3_000, 1_500),
            (0, 256, 1_500, 750),
            (0, 256, 0, 0),
            (100, -1, 30_000, 1_055),
            (usize::MAX, 128, 900_000, 450_000),
        ] {
            let margin = margin(events, memory, Duration::from_millis(left)).as_millis();
            assert_eq!(margin, expected, "{events} events, {memory} MB, {left} ms");
        }
    }
}
