//! Programs that are not there.

use std::fmt;
use std::path::PathBuf;

/// One function without a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) function: String,
    /// What is wrong.
    what: String,
    /// Where a program was looked for.
    looked: Vec<PathBuf>,
    /// What to type, each a way out.
    ways_out: Vec<String>,
}

impl Missing {
    pub(super) fn new(function: &str, what: impl Into<String>) -> Self {
        Self { function: function.to_owned(), what: what.into(), looked: Vec::new(), ways_out: Vec::new() }
    }

    pub(super) fn looked_in(self, looked: Vec<PathBuf>) -> Self {
        Self { looked, ..self }
    }

    pub(super) fn with_ways_out(self, ways_out: Vec<String>) -> Self {
        Self { ways_out, ..self }
    }

    /// What is wrong, without where was looked and what to type.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "function {}: {}", self.function, self.what)?;
        for (index, path) in self.looked.iter().enumerate() {
            write!(formatter, "{} {}", if index == 0 { "; looked for" } else { "," }, path.display())?;
        }
        for (index, way_out) in self.ways_out.iter().enumerate() {
            write!(formatter, "{} {way_out}", if index == 0 { ". Build it with" } else { ", or" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Missing {}

/// Every function without a program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) struct MissingPrograms(pub(crate) Vec<Missing>);

impl fmt::Display for MissingPrograms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, missing) in self.0.iter().enumerate() {
            write!(formatter, "{}{missing}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}
