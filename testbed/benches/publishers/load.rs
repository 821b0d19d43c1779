//! What is published: made as it is asked for, so that a million records take no room.

use std::io::Write as _;

use kinetrace::Record;

/// The data of a record.
const BYTES: usize = 1024;

/// So many records, of so many keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) keys: usize,
    pub(crate) records: usize,
}

impl Load {
    /// The same ones each time. The keys come in no order, as in life: a publisher may find several records of one key
    /// among its next 500.
    pub(crate) fn records(self) -> impl Iterator<Item = Record> + Send {
        let mut random = fastrand::Rng::with_seed(1);
        (0..self.records).map(move |number| Record::new(format!("key-{}", random.usize(..self.keys)), data(number)))
    }
}

/// A JSON object, which an envelope holds as it is.
fn data(number: usize) -> Vec<u8> {
    let mut data = Vec::with_capacity(BYTES);
    // Writing to memory does not fail.
    let _ = write!(data, r#"{{"number":{number},"text":""#);
    data.resize(BYTES - 2, b'x');
    data.extend_from_slice(br#""}"#);
    data
}
