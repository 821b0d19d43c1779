//! A record's place in its shard.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The number Kinesis gave a record: unique in its shard, and larger than those of all earlier records there.
///
/// It has up to 56 digits, more than 128 bits hold, and must be compared as a number: as text, `"9"` is larger than
/// `"10"`. Cloning shares the digits.
///
/// ```
/// use kinetrace::SequenceNumber;
///
/// assert!(SequenceNumber::from("9") < SequenceNumber::from("10"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SequenceNumber(Arc<str>);

impl SequenceNumber {
    /// The digits, as Kinesis wrote them.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same digits, without copying them.
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl<T: Into<Arc<str>>> From<T> for SequenceNumber {
    fn from(digits: T) -> Self {
        Self(digits.into())
    }
}

impl fmt::Display for SequenceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Ord for SequenceNumber {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (self.0.trim_start_matches('0'), other.0.trim_start_matches('0'));
        // The last comparison only keeps `Ord` consistent with `Eq` for numbers that differ in leading zeros.
        a.len().cmp(&b.len()).then_with(|| a.cmp(b)).then_with(|| self.0.len().cmp(&other.0.len()))
    }
}

impl PartialOrd for SequenceNumber {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_numbers_compare_as_numbers() {
        let ascending = [
            "0",
            "9",
            "10",
            "49590338271490256608559692538361571095921575989136588898",
            "149590338271490256608559692538361571095921575989136588898",
        ];
        for pair in ascending.windows(2) {
            assert!(SequenceNumber::from(pair[0]) < SequenceNumber::from(pair[1]), "{pair:?}");
        }
    }
}
