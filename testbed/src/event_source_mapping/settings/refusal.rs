//! Parameters that AWS would refuse.

use std::fmt::Display;
use std::ops::RangeInclusive;

/// Refuses a value that is out of its range.
pub(in super::super) fn within<T: Copy + Display + PartialOrd>(
    parameter: &'static str,
    value: T,
    range: RangeInclusive<T>,
) -> Result<(), SettingsError> {
    if range.contains(&value) {
        return Ok(());
    }
    let (value, first, last) = (value.to_string(), range.start().to_string(), range.end().to_string());
    Err(SettingsError { parameter, value, first, last })
}

/// A parameter of the mapping that AWS would refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter} of the event source mapping is {value}; give it a value from {first} to {last}")]
pub struct SettingsError {
    pub(super) parameter: &'static str,
    value: String,
    first: String,
    last: String,
}
