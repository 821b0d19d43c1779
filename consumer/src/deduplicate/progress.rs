//! Which of a series' records were processed: the whole decision, as pure functions.

use std::fmt;
use std::str::FromStr;

/// Enough to know a late copy by, even where a filter of the mapping leaves a gap behind each record; and at most a
/// kilobyte in memory, and 2.6 KiB of text.
const MAX_RUNS: usize = 64;

/// The counts of a series that are known as processed: runs of numbers, such as `0-57,59-131`.
///
/// Without gaps that is one run, however long. No more than 64 runs are kept; beyond that, the lowest is forgotten, and
/// its records would be processed again if they came again. A number that was not processed is never taken for one that
/// was, whatever becomes of the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Ascending, with at least one number between one and the next.
    runs: Vec<Run>,
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
    /// It is beyond everything that was processed: the next one, or one behind a gap.
    New,
    /// It is not known as processed, though a later one is: a first copy that comes late, or a copy of one that was
    /// forgotten.
    Late,
    /// It was processed.
    Repeat,
}

impl Progress {
    /// What the record with this number is.
    pub fn verdict(&self, sequence: u64) -> Verdict {
        match self.runs.get(self.place(sequence)) {
            None => Verdict::New,
            Some(run) if run.first <= sequence => Verdict::Repeat,
            Some(_) => Verdict::Late,
        }
    }

    /// The same, and this number, too.
    #[must_use]
    pub fn with(&self, sequence: u64) -> Self {
        let mut runs = self.runs.clone();
        if self.verdict(sequence) == Verdict::Repeat {
            return Self { runs };
        }
        let at = self.place(sequence);
        let follows = at > 0 && runs[at - 1].last + 1 == sequence;
        let precedes = runs.get(at).is_some_and(|run| run.first == sequence + 1);
        match (follows, precedes) {
            (true, true) => runs[at - 1].last = runs.remove(at).last,
            (true, false) => runs[at - 1].last = sequence,
            (false, true) => runs[at].first = sequence,
            (false, false) => runs.insert(at, Run { first: sequence, last: sequence }),
        }
        let forgotten = runs.len().saturating_sub(MAX_RUNS);
        runs.drain(..forgotten);
        Self { runs }
    }

    /// The first run that does not end before this number.
    fn place(&self, sequence: u64) -> usize {
        self.runs.partition_point(|run| run.last < sequence)
    }
}

/// The text that [`Progress`] reads again: `0-57,59-131`, or nothing.
impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, Run { first, last }) in self.runs.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{first}-{last}")?;
        }
        Ok(())
    }
}

/// A text that is not one of [`Progress`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no list of ascending runs such as 0-57,59-131")]
pub struct MalformedProgress(String);

impl FromStr for Progress {
    type Err = MalformedProgress;

    fn from_str(text: &str) -> Result<Self, MalformedProgress> {
        let malformed = || MalformedProgress(text.to_owned());
        let runs = text.split(',').filter(|_| !text.is_empty()).map(Run::read).collect::<Option<Vec<_>>>();
        let runs = runs.ok_or_else(malformed)?;
        let apart = runs.windows(2).all(|pair| pair[0].last.checked_add(1).is_some_and(|gap| gap < pair[1].first));
        apart.then_some(Self { runs }).ok_or_else(malformed)
    }
}

impl Run {
    fn read(text: &str) -> Option<Self> {
        let number = |digits: &str| digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let (first, last) = text.split_once('-')?;
        let (first, last) = (number(first)?, number(last)?);
        (first <= last).then_some(Self { first, last })
    }
}

#[cfg(test)]
mod tests;
