//! How many spans were forwarded, and why the others were not.

use std::collections::BTreeMap;
use std::fmt;

/// Reasons that are told apart. Each may have a text of the receiver's in it.
const MOST_REASONS: usize = 8;

/// What happened to the spans so far. Its [`Display`](fmt::Display) text is one sentence without its destination.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forwarded {
    /// Spans that came.
    pub spans: u64,
    /// Spans that the receiver took.
    pub taken: u64,
    /// Spans that it did not take, and of which it will not be asked again, by the reason.
    pub lost: BTreeMap<String, u64>,
}

impl Forwarded {
    /// Spans that wait, or are on their way.
    pub fn waiting(&self) -> u64 {
        self.spans.saturating_sub(self.taken + self.not_taken())
    }

    /// Spans that the receiver did not take.
    pub fn not_taken(&self) -> u64 {
        self.lost.values().sum()
    }

    /// What is known of some of them.
    pub(super) fn add(&mut self, known: &Self) {
        self.taken += known.taken;
        known.lost.iter().for_each(|(reason, spans)| self.lose(*spans, reason));
    }

    pub(super) fn lose(&mut self, spans: u64, reason: &str) {
        if spans == 0 {
            return;
        }
        let is_new = !self.lost.contains_key(reason);
        let reason = if is_new && self.lost.len() >= MOST_REASONS { "other reasons" } else { reason };
        *self.lost.entry(reason.to_owned()).or_default() += spans;
    }
}

impl fmt::Display for Forwarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} spans", self.taken, self.spans)?;
        let waiting = self.waiting();
        if waiting > 0 {
            write!(f, ", {waiting} wait")?;
        }
        let mut lost: Vec<_> = self.lost.iter().collect();
        lost.sort_by_key(|(_, spans)| std::cmp::Reverse(**spans));
        for (index, (reason, spans)) in lost.into_iter().enumerate() {
            write!(f, "{} {spans} not taken ({reason})", if index == 0 { ";" } else { "," })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_what_was_taken_what_waits_and_why_the_rest_was_not_taken_the_most_frequent_reason_first() {
        let mut forwarded = Forwarded { spans: 10, taken: 10, ..Forwarded::default() };
        assert_eq!(forwarded.to_string(), "10 of 10 spans");
        forwarded.spans = 20;
        assert_eq!(forwarded.to_string(), "10 of 20 spans, 10 wait");
        for (spans, reason) in [(0, "never"), (1, "a"), (2, "b"), (5, "b"), (2, "a")] {
            forwarded.lose(spans, reason);
        }
        assert_eq!(forwarded.to_string(), "10 of 20 spans; 7 not taken (b), 3 not taken (a)");
        assert_eq!((forwarded.waiting(), forwarded.not_taken()), (0, 10));
    }

    #[test]
    fn reasons_are_bounded_and_their_spans_are_counted_all_the_same() {
        let mut forwarded = Forwarded::default();
        (0..100).for_each(|reason| forwarded.lose(1, &reason.to_string()));
        assert_eq!((forwarded.lost.len(), forwarded.not_taken()), (MOST_REASONS + 1, 100));
        assert_eq!(forwarded.lost["other reasons"], 92);
    }
}
