//! The producer's id and the record's position within its key.
//!
//! Sequence numbers cannot show a gap, a repeat or a late duplicate: Kinesis gives every copy of a record a number of
//! its own. A counter from the producer can.

use std::fmt;

use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};

use crate::hex;

/// The position of a record among those that one producer sent to one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Order {
    /// Who counts. A producer that forgot its counter goes on under a fresh id.
    pub producer: ProducerId,
    /// The count within the group, from 0, without gaps.
    pub sequence: u64,
}

impl Order {
    /// Reads the JSON object that the wire formats have. What else deserialises, such as a list, was not meant by it.
    pub(crate) fn read(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok().filter(|_| json.trim_start().starts_with('{'))
    }

    /// The order in a JSON object as [`Serialize`] writes it, from the front of `json`, and what follows. `None` says nothing: JSON
    /// can be written in many ways.
    pub(crate) fn as_written(json: &[u8]) -> Option<(Self, &[u8])> {
        let (producer, rest) = json.strip_prefix(br#"{"producer":""#)?.split_at_checked(16)?;
        let rest = rest.strip_prefix(br#"","sequence":"#)?;
        let (sequence, rest) = rest.split_at(rest.iter().position(|byte| !byte.is_ascii_digit())?);
        if sequence.len() > 1 && sequence[0] == b'0' {
            return None;
        }
        let producer = ProducerId::read(std::str::from_utf8(producer).ok()?)?;
        let sequence = std::str::from_utf8(sequence).ok()?.parse().ok()?;
        Some((Self { producer, sequence }, rest.strip_prefix(b"}")?))
    }
}

/// A random 64-bit id, written as 16 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProducerId(u64);

impl ProducerId {
    /// Takes 64 random bits; the caller owns the source of randomness.
    pub fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Reads 16 lower-case hex digits, and nothing else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        hex::read(text.as_bytes()).map(u64::from_be_bytes).map(Self)
    }
}

impl fmt::Display for ProducerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Serialize for ProducerId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ProducerId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::read(&text)
            .ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&text), &"16 lower-case hex digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_producer_id_keeps_its_leading_zeros() {
        let order = Order { producer: ProducerId::from_bits(0xab), sequence: 7 };
        let json = serde_json::to_string(&order).unwrap();
        assert_eq!(json, r#"{"producer":"00000000000000ab","sequence":7}"#);
        assert_eq!(serde_json::from_str::<Order>(&json).unwrap(), order);
    }

    #[test]
    fn what_is_written_is_read_at_once_and_all_else_as_json() {
        for sequence in [0, 7, 10, u64::MAX] {
            let order = Order { producer: ProducerId::from_bits(0xab), sequence };
            let json = format!("{},", serde_json::to_string(&order).unwrap());
            assert_eq!(Order::as_written(json.as_bytes()), Some((order, &b","[..])), "{json}");
        }
        for json in [
            r#"{"producer":"00000000000000ab","sequence":07}"#,
            r#"{"producer":"00000000000000ab","sequence":}"#,
            r#"{"producer":"00000000000000ab","sequence":18446744073709551616}"#,
            r#"{"producer":"00000000000000ab","sequence":1.0}"#,
            r#"{"producer":"00000000000000AB","sequence":7}"#,
            r#"{"producer":"00000000000000ab", "sequence":7}"#,
            r#"{"producer":"00000000000000ab","sequence":7"#,
            r#"{"producer":"0"#,
        ] {
            assert_eq!(Order::as_written(json.as_bytes()), None, "{json}");
        }
    }

    #[test]
    fn only_an_object_is_read() {
        let order = Order { producer: ProducerId::from_bits(1), sequence: 3 };
        assert_eq!(Order::read(r#" {"sequence":3,"producer":"0000000000000001"}"#), Some(order));
        for json in [r#"["0000000000000001",3]"#, r#"{"producer":"0000000000000001"}"#, "3", ""] {
            assert_eq!(Order::read(json), None, "{json}");
        }
    }

    #[test]
    fn anything_but_16_lower_case_hex_digits_is_refused() {
        for id in ["", "ab", "00000000000000AB", "+0000000000000ab", "00000000000000ab0"] {
            let json = serde_json::to_string(id).unwrap();
            assert!(serde_json::from_str::<ProducerId>(&json).is_err(), "{id:?} was accepted");
        }
    }
}
