//! StartingPosition: which of a stream's records a new mapping begins with.

use kinetrace::history::Timestamp;

/// <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html>
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StartingPosition {
    /// The oldest record that the stream still has.
    #[default]
    TrimHorizon,
    /// The first one that is put from now on. Records that are put while the mapping starts may be passed over, as with AWS.
    Latest,
    /// The first one that arrived at this moment, or after it.
    AtTimestamp(Timestamp),
}

impl StartingPosition {
    /// Whether a record that arrived then comes before it. The embedded Kinesis leaves out the part of a second, so a record of
    /// the same second counts as later: none that is wanted may be passed over.
    pub(super) fn is_after(self, arrival_millis: i64) -> bool {
        let Self::AtTimestamp(at) = self else { return false };
        let at = i64::try_from(at.0 / 1000).unwrap_or(i64::MAX);
        let at = if arrival_millis % 1000 == 0 { at - at % 1000 } else { at };
        arrival_millis < at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrived_before_the_moment_is_passed_over_and_what_may_have_come_later_is_not() {
        let at = StartingPosition::AtTimestamp(Timestamp(5_500_000));
        for (arrival, expected) in
            [(4_999, true), (4_000, true), (5_499, true), (5_000, false), (5_500, false), (6_000, false)]
        {
            assert_eq!(at.is_after(arrival), expected, "{arrival}");
        }
        assert!(!StartingPosition::TrimHorizon.is_after(0) && !StartingPosition::Latest.is_after(0));
    }
}
