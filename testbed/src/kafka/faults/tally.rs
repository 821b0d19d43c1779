//! How often each fault was done.

use std::fmt;

use super::decision::{Decision, Fault};

/// Counts of faults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Produce requests that came.
    pub calls: u64,
    /// Those that waited because their client was over its quota.
    pub throttled: u64,
    faults: [u64; Fault::ALL.len()],
}

impl Tally {
    /// How often this happened.
    pub fn of(&self, fault: Fault) -> u64 {
        self.faults[fault as usize]
    }

    pub(super) fn count(&mut self, decision: Decision) {
        self.calls += 1;
        self.throttled += u64::from(decision.throttled.is_some());
        if let Some(fault) = decision.fault {
            self.faults[fault as usize] += 1;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults = Fault::ALL.map(|fault| (self.of(fault), words(fault)));
        write!(f, "{} Produce requests", self.calls)?;
        for (count, words) in faults.into_iter().chain([(self.throttled, "throttled")]).filter(|(count, _)| *count > 0)
        {
            write!(f, ", {count} {words}")?;
        }
        Ok(())
    }
}

fn words(fault: Fault) -> &'static str {
    match fault {
        Fault::ErrorBefore => "refused by a broker that does not lead",
        Fault::Unavailable => "refused for want of replicas",
        Fault::ErrorAfter => "written and answered with an error",
        Fault::HangBefore => "hung before the write",
        Fault::HangAfter => "hung after the write",
        Fault::ResetBefore => "reset before the write",
        Fault::ResetAfter => "reset after the write",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_told_and_what_was_not_is_left_out() {
        let mut tally = Tally::default();
        tally.count(Decision::default());
        assert_eq!(tally.to_string(), "1 Produce requests");
        tally.count(Fault::ErrorAfter.into());
        assert_eq!(tally.to_string(), "2 Produce requests, 1 written and answered with an error");
    }
}
