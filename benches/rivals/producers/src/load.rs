//! What is published, by programs of four languages alike: made as it is asked for, so that it takes no room.

use std::io::Write as _;

use kinetrace::Record;

/// The data of a record.
const BYTES: usize = 1024;

/// Put before the clock starts.
pub(crate) const WARM_UP: usize = 500;

/// So many records, of so many keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) keys: usize,
    pub(crate) records: usize,
}

impl Load {
    /// The same ones each time. The keys come in no order, as in life, from the generator of Park and Miller: its products
    /// are exact in every language.
    pub(crate) fn records(self) -> impl Iterator<Item = Record> + Send {
        let mut random = 1_u64;
        (0..self.records).map(move |number| {
            random = random * 48_271 % 2_147_483_647;
            Record::new(format!("key-{}", random % self.keys as u64), data(number))
        })
    }
}

const BEGIN: &str = r#"{"number":"#;

fn data(number: usize) -> Vec<u8> {
    let mut data = Vec::with_capacity(BYTES);
    // Writing to memory does not fail.
    let _ = write!(data, r#"{BEGIN}{number},"text":""#);
    data.resize(BYTES - 2, b'x');
    data.extend_from_slice(br#""}"#);
    data
}

/// The number in the data of a record.
pub(crate) fn number(data: &[u8]) -> Option<usize> {
    let rest = data.strip_prefix(BEGIN.as_bytes())?;
    let digits = rest.split(|byte| *byte == b',').next()?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_its_number_and_size() {
        for (place, record) in (Load { keys: 4, records: 1_001 }).records().enumerate() {
            assert_eq!((number(&record.data), record.data.len()), (Some(place), BYTES));
        }
        assert_eq!(number(b"{}"), None);
    }

    /// What `python/program.py` and `java/Kpl.java` make of the same seed.
    #[test]
    fn the_keys_are_those_of_the_other_languages() {
        let keys: Vec<_> = Load { keys: 10_000, records: 4 }.records().map(|record| record.partition_key).collect();
        assert_eq!(keys, ["key-8271", "key-5794", "key-4886", "key-637"]);
    }
}
