//! Which of a series' records were processed: the whole decision, as pure functions.

use std::borrow::Cow;

use super::checksum::Checksum;

mod text;

/// Enough to know a late copy by, even where a filter of the mapping leaves a gap after each record; and at most a
/// kilobyte in memory, and 2.6 KiB of text.
const MAX_RUNS: usize = 64;

/// The most checksums that are kept of a series: as many as a batch has records at most.
pub(super) const MAX_CHECKSUMS: usize = 10_000;

/// The counts of a series that are known as processed: runs of numbers, such as `0-57,59-131`; and the
/// [checksums](Checksum) of those at their end, by which a copy is known.
///
/// Without gaps that is one run, however long. No more than 64 runs are kept; beyond that, the lowest is forgotten, and
/// its records would be processed again if they came again. A number that was not processed is never taken for one that
/// was; and a record passes for a copy only if its checksum is known to be the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Ascending, with at least one number between one and the next.
    runs: Vec<Run>,
    /// Of the last numbers in the runs, ascending, without a gap: the last is that of the last number.
    checksums: Vec<Checksum>,
}

/// Numbers without a gap, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    first: u64,
    last: u64,
}

/// What a record is, by the numbers that were processed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is beyond everything that was processed: the next one, or one after a gap.
    New,
    /// It is not known as processed, though a later one is: a first copy that comes late, or a copy of one that was
    /// forgotten.
    Late,
    /// It was processed: it has the same number, key and payload.
    Repeat,
    /// Its number was processed, with another key or payload: a forged count, or two producers with one id.
    Conflict,
    /// Its number was processed, but so many records ago that its checksum is not known any more.
    Forgotten,
}

impl Progress {
    /// What the record with this number is.
    pub fn verdict(&self, sequence: u64, checksum: Checksum) -> Verdict {
        match self.runs.get(self.place(sequence)) {
            None => Verdict::New,
            Some(run) if run.first > sequence => Verdict::Late,
            Some(_) => match self.place_from_end(sequence).map(|place| self.checksums[place]) {
                None => Verdict::Forgotten,
                Some(known) if known == checksum => Verdict::Repeat,
                Some(_) => Verdict::Conflict,
            },
        }
    }

    /// The same, and this number, too. No more than `remembered` checksums are kept, those of the highest numbers; nor
    /// more than 10,000.
    #[must_use]
    pub fn with(&self, sequence: u64, checksum: Checksum, remembered: usize) -> Self {
        let is_known = matches!(self.runs.get(self.place(sequence)), Some(run) if run.first <= sequence);
        let runs = if is_known { self.runs.clone() } else { self.runs_with(sequence) };
        let above = self.count_above(sequence);
        let mut checksums = Vec::with_capacity(self.checksums.len() + 1);
        checksums.extend_from_slice(&self.checksums);
        match checksums.len().checked_sub(above) {
            // Those below keep their places: each is known by how many are above it.
            Some(place) if is_known && place > 0 => checksums[place - 1] = checksum,
            Some(place) => checksums.insert(place, checksum),
            // One between it and those that are known is forgotten.
            None => {}
        }
        let mut after = Self { runs, checksums };
        let forgotten = after.runs.len().saturating_sub(MAX_RUNS);
        after.runs.drain(..forgotten);
        let kept = remembered.min(MAX_CHECKSUMS).min(after.count());
        let forgotten = after.checksums.len().saturating_sub(kept);
        after.checksums.drain(..forgotten);
        after
    }

    /// The same, and all of these.
    pub(super) fn with_all(&self, processed: &[(u64, Checksum)], remembered: usize) -> Self {
        let mut after = Cow::Borrowed(self);
        for (sequence, checksum) in processed {
            after = Cow::Owned(after.with(*sequence, *checksum, remembered));
        }
        after.into_owned()
    }

    /// Whether all of these are known as processed.
    pub(super) fn has_all(&self, processed: &[(u64, Checksum)]) -> bool {
        processed.iter().all(|(sequence, checksum)| self.verdict(*sequence, *checksum) == Verdict::Repeat)
    }

    fn runs_with(&self, sequence: u64) -> Vec<Run> {
        let mut runs = self.runs.clone();
        let at = self.place(sequence);
        let follows = at > 0 && runs[at - 1].last + 1 == sequence;
        let precedes = runs.get(at).is_some_and(|run| run.first == sequence + 1);
        match (follows, precedes) {
            (true, true) => runs[at - 1].last = runs.remove(at).last,
            (true, false) => runs[at - 1].last = sequence,
            (false, true) => runs[at].first = sequence,
            (false, false) => runs.insert(at, Run { first: sequence, last: sequence }),
        }
        runs
    }

    /// The place of the number's checksum, if there is one.
    fn place_from_end(&self, sequence: u64) -> Option<usize> {
        self.checksums.len().checked_sub(self.count_above(sequence))?.checked_sub(1)
    }

    /// How many higher numbers were processed.
    fn count_above(&self, sequence: u64) -> usize {
        let above = |run: &Run| sequence.checked_add(1).map_or(0, |next| run.count_from(next));
        self.runs.iter().map(above).fold(0, usize::saturating_add)
    }

    fn count(&self) -> usize {
        self.runs.iter().map(|run| run.count_from(0)).fold(0, usize::saturating_add)
    }

    /// The first run that does not end before this number.
    fn place(&self, sequence: u64) -> usize {
        self.runs.partition_point(|run| run.last < sequence)
    }
}

impl Run {
    /// How many of its numbers there are from this one on.
    fn count_from(&self, first: u64) -> usize {
        let count = self.last.checked_sub(self.first.max(first)).map_or(0, |steps| steps.saturating_add(1));
        usize::try_from(count).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests;
