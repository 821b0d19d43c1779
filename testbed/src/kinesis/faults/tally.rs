//! How often each fault was done.

use std::fmt;

use super::decision::{Decision, EntryFault, Fault};

/// Counts of faults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Puts that came.
    pub calls: u64,
    /// Puts that were delayed.
    pub slow: u64,
    faults: [u64; Fault::ALL.len()],
    entries: [u64; EntryFault::ALL.len()],
}

impl Tally {
    /// How often this happened to a call.
    pub fn of(&self, fault: Fault) -> u64 {
        self.faults[fault as usize]
    }

    /// How often this happened to an entry.
    pub fn of_entries(&self, fault: EntryFault) -> u64 {
        self.entries[fault as usize]
    }

    /// Counts what happens to a put with this many entries.
    pub(super) fn count(&mut self, decision: &Decision, entries: usize) {
        self.calls += 1;
        self.slow += u64::from(decision.delay.is_some());
        if let Some(fault) = decision.fault {
            self.faults[fault as usize] += 1;
        }
        // Without an answer of Kinesis, no entry is reported.
        if matches!(decision.fault, None | Some(Fault::Duplicate)) {
            for fault in decision.entries.iter().take(entries).flatten() {
                self.entries[*fault as usize] += 1;
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = Fault::ALL.map(|fault| (self.of(fault), words(fault)));
        let [throttled, internal] = EntryFault::ALL.map(|fault| self.of_entries(fault));
        let others = [(throttled, "entries throttled"), (internal, "entries failed"), (self.slow, "slow")];
        write!(f, "{} calls", self.calls)?;
        for (count, words) in calls.into_iter().chain(others).filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {words}")?;
        }
        Ok(())
    }
}

fn words(fault: Fault) -> &'static str {
    match fault {
        Fault::Throttled => "throttled",
        Fault::ErrorBefore => "failed before commit",
        Fault::Unavailable => "unavailable",
        Fault::ErrorAfter => "failed after commit",
        Fault::HangBefore => "hung before commit",
        Fault::HangAfter => "hung after commit",
        Fault::ResetBefore => "reset before commit",
        Fault::ResetAfter => "reset after commit",
        Fault::Duplicate => "committed twice",
        Fault::Late => "committed late",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_told_and_what_was_not_is_left_out() {
        let mut tally = Tally::default();
        tally.count(&Decision::default(), 1);
        assert_eq!(tally.to_string(), "1 calls");
        tally.count(&Fault::ErrorAfter.into(), 1);
        tally.count(&[None, Some(EntryFault::Throttled), Some(EntryFault::Throttled)].into(), 2);
        assert_eq!(tally.to_string(), "3 calls, 1 failed after commit, 1 entries throttled");
    }

    #[test]
    fn entries_that_no_caller_sees_are_not_counted() {
        let mut tally = Tally::default();
        let entries = vec![Some(EntryFault::InternalFailure)];
        tally.count(&Decision { fault: Some(Fault::Throttled), entries, ..Decision::default() }, 1);
        assert_eq!(tally.of_entries(EntryFault::InternalFailure), 0);
    }
}
