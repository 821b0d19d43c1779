//! How far a record has come: with one of the mappings that read its stream, and altogether.

/// Of a record, as the page shows it. The worst of what its mappings say counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::page) enum State {
    #[default]
    Waiting = 0,
    InFlight = 1,
    Done = 2,
    /// It failed, and will come again.
    Again = 3,
    Discarded = 4,
    /// Its mapping is done with it, or has given it up, and no processing of it succeeded.
    Lost = 5,
    Filtered = 6,
    Skipped = 7,
}

impl State {
    /// The more it deserves a look, the more it is.
    fn weight(self) -> u8 {
        match self {
            Self::Filtered => 0,
            Self::Skipped => 1,
            Self::Done => 2,
            Self::Waiting => 3,
            Self::InFlight => 4,
            Self::Again => 5,
            Self::Discarded => 6,
            Self::Lost => 7,
        }
    }

    /// Whether a function has it, or will have it once more.
    pub(in crate::page) fn is_tried(self) -> bool {
        matches!(self, Self::InFlight | Self::Again)
    }

    /// Whether it has yet to be processed, by one function at least.
    pub(in crate::page) fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::InFlight | Self::Again)
    }
}

/// What a mapping has done about a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::page) enum Phase {
    #[default]
    Waiting,
    InFlight,
    /// It goes to the function once more.
    Failed,
    /// It counts as done.
    Counted,
    Discarded,
    Filtered,
}

/// A record and one mapping.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::page) struct Standing {
    pub(in crate::page) phase: Phase,
    /// A processing succeeded.
    pub(in crate::page) succeeded: bool,
    /// The handler, or what keeps copies from it, skipped the record.
    pub(in crate::page) skipped: bool,
    /// A processing did not succeed.
    pub(in crate::page) failed: bool,
    /// How many processings there were.
    pub(in crate::page) attempts: u32,
}

impl Standing {
    pub(in crate::page) fn state(self) -> State {
        let done = if self.succeeded { Some(State::Done) } else { self.skipped.then_some(State::Skipped) };
        match self.phase {
            Phase::Waiting => done.unwrap_or(State::Waiting),
            Phase::InFlight => State::InFlight,
            Phase::Failed => State::Again,
            // How the processing ended may be told later than that the mapping has gone on.
            Phase::Counted => done.unwrap_or(if self.failed { State::Lost } else { State::Done }),
            Phase::Discarded => done.map_or(State::Lost, |_| State::Discarded),
            Phase::Filtered => State::Filtered,
        }
    }
}

/// A record's standing with each mapping that has had it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::page) struct Standings(Vec<(usize, Standing)>);

impl Standings {
    pub(in crate::page) fn with(&mut self, mapping: usize) -> &mut Standing {
        let index = self.0.iter().position(|(of, _)| *of == mapping).unwrap_or_else(|| {
            self.0.push((mapping, Standing::default()));
            self.0.len() - 1
        });
        &mut self.0[index].1
    }

    /// Whether a mapping has had it more than once.
    pub(in crate::page) fn has_come_again(&self) -> bool {
        self.0.iter().any(|(_, standing)| standing.attempts > 1)
    }

    /// Of a stream that is read by so many mappings.
    pub(in crate::page) fn state(&self, mappings: usize) -> State {
        let untouched = (self.0.len() < mappings || self.0.is_empty()).then_some(State::Waiting);
        let states = self.0.iter().map(|(_, standing)| standing.state()).chain(untouched);
        states.max_by_key(|state| state.weight()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_lost_once_its_mapping_is_done_with_it_and_no_processing_succeeded() {
        let (succeeded, failed, skipped) = (
            Standing { succeeded: true, ..Standing::default() },
            Standing { failed: true, ..Standing::default() },
            Standing { skipped: true, ..Standing::default() },
        );
        let both = Standing { failed: true, ..succeeded };
        for (phase, standing, expected) in [
            (Phase::Waiting, Standing::default(), State::Waiting),
            (Phase::InFlight, failed, State::InFlight),
            (Phase::Failed, failed, State::Again),
            (Phase::Failed, both, State::Again),
            (Phase::Counted, Standing::default(), State::Done),
            (Phase::Counted, succeeded, State::Done),
            (Phase::Counted, skipped, State::Skipped),
            (Phase::Counted, failed, State::Lost),
            (Phase::Counted, both, State::Done),
            (Phase::Discarded, failed, State::Lost),
            (Phase::Discarded, Standing::default(), State::Lost),
            (Phase::Discarded, both, State::Discarded),
            (Phase::Filtered, Standing::default(), State::Filtered),
        ] {
            assert_eq!(Standing { phase, ..standing }.state(), expected, "{phase:?} {standing:?}");
        }
    }

    #[test]
    fn of_several_mappings_the_worst_counts_and_one_that_has_not_begun_waits() {
        let mut standings = Standings::default();
        assert_eq!(standings.state(0), State::Waiting);
        *standings.with(0) = Standing { phase: Phase::Counted, succeeded: true, ..Standing::default() };
        assert_eq!((standings.state(1), standings.state(2)), (State::Done, State::Waiting));
        standings.with(1).phase = Phase::Discarded;
        assert_eq!(standings.state(2), State::Lost);
    }
}
