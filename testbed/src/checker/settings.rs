//! What the checker has to know of a history that the history does not say.

use std::time::Duration;

use super::property::EXAMPLES;

/// How a history is to be read. The default is that of a run on one machine: one clock, every line from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckerSettings {
    /// By how much the clocks of two machines may differ. What would violate a property by no more than this is not a
    /// violation; it is counted apart. Two processings of one invocation, and two records of one producer, have one
    /// clock.
    pub clock_tolerance: Duration,
    /// Forget what is settled for so long, by the history's own time. `None` keeps everything until the end, so the lines
    /// may come in any order. Anything else is for lines that come in about the order of time, as they do from a run that
    /// is watched: it has to be longer than lines are late, and than redeliveries and late copies take.
    ///
    /// The shards of a stream, if they are described at all, have to come before the records in them.
    pub settle_after: Option<Duration>,
    /// The history is an excerpt of a longer one: counts may begin anywhere, and are complete from there.
    pub excerpt: bool,
    /// So many violations of each property are [named](super::Property::violations_named).
    pub most_named: usize,
}

impl Default for CheckerSettings {
    fn default() -> Self {
        Self { clock_tolerance: Duration::ZERO, settle_after: None, excerpt: false, most_named: EXAMPLES }
    }
}

impl CheckerSettings {
    /// In microseconds.
    pub(super) fn tolerance(&self) -> u64 {
        u64::try_from(self.clock_tolerance.as_micros()).unwrap_or(u64::MAX)
    }
}

/// For clocks of hosts on AWS. Lambda's are kept by AWS, which states no bound; differences of up to a millisecond were
/// seen, and a clock that is set right after a pause takes a few more.
pub const HOSTS_CLOCK_TOLERANCE: Duration = Duration::from_millis(5);
