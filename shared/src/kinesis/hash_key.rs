//! From a partition key to a place in the stream's hash space.

use std::fmt;

use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

/// A point in the 128-bit space that the shards of a stream divide among them.
///
/// Kinesis takes the MD5 of the partition key as a big-endian integer
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html>), and writes it in decimal without
/// leading zeros.
///
/// ```
/// use kinetrace::HashKey;
///
/// assert_eq!(HashKey::of("user-42").to_string(), "157107139746365290205026809710278036035");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct HashKey(u128);

impl HashKey {
    /// Where Kinesis places records of this partition key, unless an explicit hash key says otherwise.
    pub fn of(partition_key: &str) -> Self {
        Self(u128::from_be_bytes(Md5::digest(partition_key).into()))
    }
}

impl fmt::Display for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<u128> for HashKey {
    fn from(point: u128) -> Self {
        Self(point)
    }
}

impl From<HashKey> for u128 {
    fn from(key: HashKey) -> Self {
        key.0
    }
}

impl From<HashKey> for String {
    fn from(key: HashKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for HashKey {
    type Error = std::num::ParseIntError;

    fn try_from(decimal: String) -> Result<Self, Self::Error> {
        decimal.parse().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_keys_are_the_md5_as_a_decimal_number() {
        let table = [
            ("user-42", "157107139746365290205026809710278036035"),
            ("group-1", "36878702945378520736626047775679136663"),
            ("", "281949768489412648962353822266799178366"),
        ];
        for (key, decimal) in table {
            assert_eq!(HashKey::of(key).to_string(), decimal, "{key:?}");
        }
    }
}
