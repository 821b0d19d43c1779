//! By what a record is known from another one of the same number.

use std::time::UNIX_EPOCH;

use sha2::{Digest as _, Sha256};

use crate::record::Record;

/// The first 64 bits of a SHA-256 of the record's key and payload.
///
/// Two copies have the same. A record that was put to be taken for another one does not, unless its content is the same:
/// a CRC could be made to fit in no time, and 64 bits of this cannot be tried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checksum(u64);

impl Checksum {
    /// What the checksum takes in a store, in bytes.
    pub(super) const BYTES: usize = size_of::<u64>();

    /// Of a record as the handler gets it.
    pub fn of(record: &Record) -> Self {
        Self::front_of(Self::content(record))
    }

    /// The same, of the record's timestamp and of whether it is a tombstone as well.
    pub(super) fn with_timestamp(record: &Record) -> Self {
        let since = record.arrival.and_then(|arrival| arrival.duration_since(UNIX_EPOCH).ok());
        let millis = since.map_or(u128::MAX, |since| since.as_millis());
        let hash = Self::content(record).chain_update(millis.to_be_bytes());
        Self::front_of(hash.chain_update([u8::from(record.is_tombstone())]))
    }

    fn content(record: &Record) -> Sha256 {
        let text = || record.partition_key.as_deref().map(str::as_bytes);
        let key = record.key.as_deref().or_else(text).unwrap_or_default();
        Sha256::new()
            // Or key and payload could be divided elsewhere.
            .chain_update((key.len() as u64).to_be_bytes())
            .chain_update(key)
            .chain_update(&record.payload)
    }

    fn front_of(hash: Sha256) -> Self {
        let hash = hash.finalize();
        let front = hash.iter().take(Self::BYTES);
        Self(front.fold(0, |bits, byte| bits << 8 | u64::from(*byte)))
    }

    pub(super) const fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(u64::from_be_bytes(bytes))
    }

    pub(super) fn to_bytes(self) -> [u8; Self::BYTES] {
        self.0.to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A topic that was made anew, and filled from the same source.
    #[test]
    fn an_equal_record_of_another_time_has_another_checksum_where_timestamps_count() {
        let at = |millis: Option<u64>, is_tombstone| {
            let arrival = millis.map(|millis| UNIX_EPOCH + std::time::Duration::from_millis(millis));
            Checksum::with_timestamp(&Record { arrival, is_tombstone, ..Record::new("a", "") })
        };
        let all = [at(None, false), at(Some(0), false), at(Some(1), false), at(Some(1), true)];
        for (place, one) in all.iter().enumerate() {
            assert!(all[place + 1..].iter().all(|other| other != one), "{place}");
        }
        assert_eq!(at(Some(1), false), at(Some(1), false));
    }

    #[test]
    fn records_with_another_key_or_payload_have_another_checksum_and_copies_have_the_same() {
        let of = |key: &str, payload: &'static str| Checksum::of(&Record::new(key, payload));
        // printf '\0\0\0\0\0\0\0\1abc' | sha256sum
        assert_eq!(of("a", "bc").to_bytes(), [0xe9, 0x8b, 0xc4, 0x83, 0xcc, 0x6a, 0xf9, 0xcc]);
        for (key, payload) in [("ab", "c"), ("", "abc"), ("a", "bC"), ("a", "bc "), ("A", "bc")] {
            assert_ne!(of(key, payload), of("a", "bc"), "{key} {payload}");
        }
        let mut copy = Record::new("a", "bc");
        (copy.sequence_number, copy.shard_id) = ("7".into(), "another".into());
        assert_eq!(Checksum::of(&copy), of("a", "bc"));
    }
}
