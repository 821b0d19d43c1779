//! How much of a partition was read and is not done, and how much of that may be.

use std::ops::AddAssign;

use bytes::Bytes;
use kinetrace_consumer::kafka::EventRecord;

/// So much of a partition is read before its turn; the partition is paused then.
const MOST: InHand = InHand { records: 500, bytes: 16 << 20 };

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct InHand {
    pub(super) records: usize,
    /// Those of keys, values and headers.
    pub(super) bytes: usize,
}

impl InHand {
    pub(super) fn of(record: &EventRecord) -> Self {
        let headers = record.headers.iter().map(|(name, value)| name.len() + value.map_or(0, Bytes::len));
        let [key, value] = [&record.key, &record.value].map(|bytes| bytes.as_ref().map_or(0, Bytes::len));
        Self { records: 1, bytes: key + value + headers.sum::<usize>() }
    }

    /// Whether nothing more is to be read for now.
    pub(super) fn is_full(self) -> bool {
        self.records >= MOST.records || self.bytes >= MOST.bytes
    }

    /// Whether a paused partition may be read again.
    pub(super) fn has_room(self) -> bool {
        self.records <= MOST.records / 2 && self.bytes <= MOST.bytes / 2
    }
}

impl AddAssign for InHand {
    fn add_assign(&mut self, more: Self) {
        self.records += more.records;
        self.bytes += more.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_is_full_by_records_or_by_bytes_and_has_room_at_half_of_both() {
        const MIB: usize = 1 << 20;
        for (records, bytes, is_full, has_room) in [
            (0, 0, false, true),
            (250, 8 * MIB, false, true),
            (251, 0, false, false),
            (1, 8 * MIB + 1, false, false),
            (499, 16 * MIB - 1, false, false),
            (500, 0, true, false),
            (1, 16 * MIB, true, false),
        ] {
            let in_hand = InHand { records, bytes };
            assert_eq!((in_hand.is_full(), in_hand.has_room()), (is_full, has_room), "{in_hand:?}");
        }
    }

    #[test]
    fn the_bytes_of_a_record_are_those_of_its_key_value_and_headers() {
        let headers = [("ab".into(), Some("cde".into())), ("f".into(), None)].into_iter().collect();
        let record = EventRecord::new("flights", 0, 7, Some("12345".into())).key("N14228").headers(headers);
        assert_eq!(InHand::of(&record), InHand { records: 1, bytes: 6 + 5 + 6 });
        assert_eq!(InHand::of(&EventRecord::new("flights", 0, 7, None)), InHand { records: 1, bytes: 0 });
    }
}
