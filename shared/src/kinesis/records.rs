//! The records in the data of one Kinesis record, read one by one.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use crate::kinesis::extraction::{Extraction, UserRecord};
use crate::kinesis::kpl::Aggregate;
use crate::kinesis::reader::Reader;

/// What [`Reader::records`] finds: one record, or those of an aggregate.
///
/// It holds the data, and of an aggregate the place of each key and record in it, which takes a few times the memory
/// of the data at most. A record is taken apart when it is asked for, each time anew.
///
/// ```
/// use kinetrace::__private::aggregation;
/// use kinetrace::{Reader, Record};
///
/// let legs = ["EWR-IAH", "IAH-ORD", "ORD-EWR"].map(|leg| Record::new("N14228", leg));
/// let pack = aggregation::pack(&legs[0], &legs[1..]);
///
/// let records = Reader::default().records(pack.data.into(), Some("N14228".into()));
/// assert_eq!(records.len(), 3);
/// assert_eq!(records.get(1).unwrap().payload, "IAH-ORD");
/// ```
#[derive(Debug)]
pub struct Records {
    reader: Reader,
    /// That of the Kinesis record.
    partition_key: Option<Arc<str>>,
    contents: Contents,
}

#[derive(Debug)]
enum Contents {
    One(Bytes),
    Aggregate(Box<Aggregate>),
}

impl Reader {
    /// The records in the data of one Kinesis record: one, or several if that is an aggregate.
    ///
    /// It never fails: what is not one of the known formats is a payload without context. It takes time in proportion to
    /// the data. The records of an aggregate together may take a hundred times its memory: a program that reads what others send
    /// takes them one by one from [`records`](Self::records).
    pub fn read(&self, data: Bytes, partition_key: Option<&str>) -> Vec<Extraction> {
        self.records(data, partition_key.map(Arc::from)).into_iter().collect()
    }

    /// The same records, each of which is read when it is asked for.
    pub fn records(&self, data: Bytes, partition_key: Option<Arc<str>>) -> Records {
        let contents = Aggregate::read(&data).map_or(Contents::One(data), |it| Contents::Aggregate(Box::new(it)));
        Records { reader: *self, partition_key, contents }
    }
}

impl Records {
    /// How many there are, at least one.
    #[expect(clippy::len_without_is_empty, reason = "there is always one")]
    pub fn len(&self) -> usize {
        match &self.contents {
            Contents::One(_) => 1,
            Contents::Aggregate(aggregate) => aggregate.len(),
        }
    }

    /// The partition key of the record at this place, from 0: its own within an aggregate, and otherwise that of the
    /// Kinesis record.
    pub fn partition_key(&self, place: usize) -> Option<&str> {
        match &self.contents {
            Contents::One(_) => self.partition_key.as_deref(),
            Contents::Aggregate(aggregate) => Some(aggregate.partition_key(place)),
        }
    }

    /// The record at this place, from 0, taken apart; `None` if there are not as many.
    pub fn get(&self, place: usize) -> Option<Extraction> {
        if place >= self.len() {
            return None;
        }
        let outer = self.partition_key.as_deref();
        Some(match &self.contents {
            Contents::One(data) => self.reader.read_one(Vec::new(), data.clone(), [outer, None]),
            Contents::Aggregate(aggregate) => {
                let record = aggregate.user_record(place);
                let extraction = self.reader.read_one(record.tags, record.data, [Some(&record.partition_key), outer]);
                let (partition_key, explicit_hash_key) = (record.partition_key, record.explicit_hash_key);
                let user_record = UserRecord { partition_key, explicit_hash_key, sub_sequence_number: place as u64 };
                Extraction { user_record: Some(user_record), ..extraction }
            }
        })
    }
}

impl IntoIterator for Records {
    type Item = Extraction;
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        IntoIter { places: 0..self.len(), records: self }
    }
}

/// Takes the records apart, in their order.
#[derive(Debug)]
pub struct IntoIter {
    records: Records,
    places: Range<usize>,
}

impl Iterator for IntoIter {
    type Item = Extraction;

    fn next(&mut self) -> Option<Extraction> {
        self.records.get(self.places.next()?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.places.size_hint()
    }
}

impl ExactSizeIterator for IntoIter {}
