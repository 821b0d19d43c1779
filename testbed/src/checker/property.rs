//! What was found on one property.

use serde::Serialize;

/// How many violations are told in full.
const EXAMPLES: usize = 5;

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
    /// The first few violations, for people.
    pub examples: Vec<String>,
}

impl Property {
    pub(super) fn new(name: &'static str, meaning: &'static str) -> Self {
        Self { name, meaning, checked: 0, violations: 0, examples: Vec::new() }
    }

    /// Counts one case; `fault` tells of it if it does not hold.
    pub(super) fn expect(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        self.checked += 1;
        if holds {
            return;
        }
        self.violations += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(fault());
        }
    }

    /// Whether no violation was found.
    pub fn holds(&self) -> bool {
        self.violations == 0
    }
}
