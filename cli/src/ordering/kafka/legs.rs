//! When a topic grows, and to how many partitions.

use std::ops::Range;

use crate::ordering::grow::Grow;

/// How often a topic grows in a run.
const STEPS: usize = 3;

/// Some records of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leg {
    /// The indices of the records.
    pub(super) records: Range<usize>,
    /// How many partitions the topic has after them; `None` if it does not grow.
    pub(super) grows_to: Option<i32>,
}

/// The records of a run, in legs after which the topic grows, but for the last.
pub(super) fn legs(records: usize, partitions: i32, grow: Option<Grow>) -> Vec<Leg> {
    let count = if grow.is_some() { STEPS + 1 } else { 1 };
    let border = |leg: usize| records * leg / count;
    let leg = |leg: usize| {
        let growths = i32::try_from(leg + 1).unwrap_or(i32::MAX);
        // Never a multiple: else half of the keys would stay where they are.
        let grows_to = (leg + 1 < count).then(|| partitions.saturating_mul(growths).saturating_add(1));
        Leg { records: border(leg)..border(leg + 1), grows_to }
    };
    (0..count).map(leg).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_grows_between_legs_that_are_all_of_the_records() {
        assert_eq!(legs(10, 2, None), [Leg { records: 0..10, grows_to: None }]);
        let grown: Vec<_> =
            legs(10, 2, Some(Grow::Drained)).into_iter().map(|leg| (leg.records, leg.grows_to)).collect();
        assert_eq!(grown, [(0..2, Some(3)), (2..5, Some(5)), (5..7, Some(7)), (7..10, None)]);
        for records in 0..9 {
            let legs = legs(records, 1, Some(Grow::AtOnce));
            assert_eq!(legs.iter().map(|leg| leg.records.len()).sum::<usize>(), records);
            assert_eq!(legs.iter().filter_map(|leg| leg.grows_to).collect::<Vec<_>>(), [2, 3, 4]);
        }
    }
}
