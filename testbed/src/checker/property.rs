//! What was found on one property.

use serde::Serialize;

use super::violation::Violation;

/// How many violations are told in full.
pub(super) const EXAMPLES: usize = 5;

/// A property, how often it was looked at, and how often it did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Property {
    /// Its name, as in the table of the design.
    pub name: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// How many records or processings it was checked on; on none, it proves nothing.
    pub checked: u64,
    /// How many of them violate it.
    pub violations: u64,
    /// How many of them would violate it, were the clocks of two machines believed to the last microsecond.
    pub within_tolerance: u64,
    /// The first few violations, for people.
    pub examples: Vec<String>,
    /// The first [`CheckerSettings::most_named`](super::CheckerSettings::most_named) violations, with their records.
    #[serde(skip)]
    pub violations_named: Vec<Violation>,
    #[serde(skip)]
    most_named: usize,
}

/// What was found on one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    Holds,
    /// The clocks of two machines may differ by more.
    WithinTolerance,
    Violated,
}

impl Finding {
    /// With clocks that are believed, and with the tolerance.
    pub(super) fn of(is_violated: bool, is_violated_with_tolerance: bool) -> Self {
        match (is_violated, is_violated_with_tolerance) {
            (_, true) => Self::Violated,
            (true, false) => Self::WithinTolerance,
            (false, false) => Self::Holds,
        }
    }
}

impl Property {
    pub(super) fn new(name: &'static str, meaning: &'static str) -> Self {
        Self {
            name,
            meaning,
            checked: 0,
            violations: 0,
            within_tolerance: 0,
            examples: Vec::new(),
            violations_named: Vec::new(),
            most_named: EXAMPLES,
        }
    }

    /// So many violations are named.
    pub(super) fn naming(self, most: usize) -> Self {
        Self { most_named: most, ..self }
    }

    /// Counts one case; `fault` describes it if it does not hold.
    pub(super) fn expect(&mut self, holds: bool, fault: impl FnOnce() -> Violation) {
        self.count(if holds { Finding::Holds } else { Finding::Violated }, fault);
    }

    /// Counts one case, of which the clocks have a say.
    pub(super) fn count(&mut self, finding: Finding, fault: impl FnOnce() -> Violation) {
        self.checked += 1;
        match finding {
            Finding::Holds => {}
            Finding::WithinTolerance => self.within_tolerance += 1,
            Finding::Violated => self.violate(fault),
        }
    }

    /// Counts a violation of a case that was counted already.
    pub(super) fn violate(&mut self, fault: impl FnOnce() -> Violation) {
        self.violations += 1;
        let (is_example, is_named) = (self.examples.len() < EXAMPLES, self.violations_named.len() < self.most_named);
        if is_example || is_named {
            let violation = fault();
            self.examples.extend(is_example.then(|| violation.text.clone()));
            self.violations_named.extend(is_named.then_some(violation));
        }
    }

    /// Whether no violation was found.
    pub fn holds(&self) -> bool {
        self.violations == 0
    }
}
