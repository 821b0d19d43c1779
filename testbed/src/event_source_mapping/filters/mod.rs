//! FilterCriteria: which records the function gets at all.
//!
//! ```text
//! patterns ─▶ pattern ─▶ rule ─▶ numeric
//! record ─▶ document ─▶ json ─┘
//! ```
//!
//! A record that one of the patterns matches goes to the function, every other is done without an invocation
//! (<https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html>, and for the patterns
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html>). AWS promises filtering on `data` alone by
//! now. It used to promise the other members of `kinesis` in an event too, such as `partitionKey`, so they can be named here.

mod document;
mod error;
mod json;
mod numeric;
mod pattern;
mod rule;
#[cfg(test)]
mod tests;

pub use error::FilterError;

use std::sync::Arc;

use document::Document;
use pattern::Pattern;

use super::record::Record;

/// How many filters a mapping may have, unless the quota was raised.
const QUOTA: usize = 5;
/// How many it may have at most.
const MOST: usize = 10;
/// The characters of a pattern at most. <https://docs.aws.amazon.com/lambda/latest/api/API_Filter.html>
const LONGEST: usize = 4096;

/// The patterns of `FilterCriteria`. Without any, every record goes to the function.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    texts: Vec<String>,
    patterns: Arc<[Pattern]>,
}

impl PartialEq for Filters {
    fn eq(&self, other: &Self) -> bool {
        self.texts == other.texts
    }
}

impl Eq for Filters {}

impl Filters {
    /// Reads patterns, each as `FilterCriteria.Filters[].Pattern` has it: a JSON text.
    ///
    /// # Errors
    /// More than five patterns, or the first one that AWS would refuse.
    pub fn new(patterns: &[String]) -> Result<Self, FilterError> {
        Self::with_quota(patterns, QUOTA)
    }

    /// The same where the quota of five filters was raised, to ten at most.
    ///
    /// # Errors
    /// More patterns than that, or the first one that AWS would refuse.
    pub fn with_quota(patterns: &[String], quota: usize) -> Result<Self, FilterError> {
        let quota = quota.min(MOST);
        if patterns.len() > quota {
            return Err(FilterError::TooMany { given: patterns.len(), quota });
        }
        let read = |(index, text): (usize, &String)| {
            let refused = |reason| FilterError::Refused { number: index + 1, reason };
            if text.chars().count() > LONGEST {
                return Err(refused(format!("it has more than {LONGEST} characters")));
            }
            Pattern::read(text).map_err(refused)
        };
        let read: Result<Vec<_>, _> = patterns.iter().enumerate().map(read).collect();
        Ok(Self { texts: patterns.to_vec(), patterns: read?.into() })
    }

    /// The patterns as they were given.
    pub fn patterns(&self) -> &[String] {
        &self.texts
    }

    /// Whether the record goes to the function.
    pub(super) fn pass(&self, record: &Record) -> bool {
        if self.patterns.is_empty() {
            return true;
        }
        let document = Document::of(record);
        self.patterns.iter().any(|pattern| document.matches(pattern))
    }
}
