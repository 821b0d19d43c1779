//! Several records of one group as one Kinesis record: the user records of an aggregated record, in their order.
//!
//! The Kinesis record keeps the group's partition key. Each user record has that key too and the pack's hash key, for
//! readers of the KCL compare them with the range of the shard and drop what lies outside.

use bytes::Bytes;

use crate::kinesis::kpl::{self, Aggregate, UserRecord, Writer};
use crate::kinesis::record::Record;

/// Magic, digest, and the tables of one partition key and one explicit hash key, with their tags and lengths.
const FRAME: usize = 72;

/// Tag and length of a user record, of its data, and its two indexes.
const USER_RECORD: usize = 16;

/// What a pack takes without its records, in bytes at most: data and partition key.
pub fn frame_bytes(partition_key: &str) -> usize {
    FRAME + 2 * partition_key.len()
}

/// What a record adds to a pack, in bytes at most.
pub fn packed_bytes(record: &Record) -> usize {
    record.data.len() + USER_RECORD
}

/// Whether a record may be packed. Otherwise it must travel by itself: its data is another program's aggregate, and readers
/// take an aggregate apart only once.
///
/// An aggregate of one, of the record's own key, joins as the record that is in it, with its tags: it is what
/// [`Carrier::Aggregate`](crate::Carrier::Aggregate) makes. So no carrier changes whether a record joins.
pub fn joins(record: &Record) -> bool {
    !matches!(contents(record), Contents::Several)
}

/// Packs records, in this order, into one record of their common partition key and explicit hash key, which are those
/// of `first`.
///
/// ```
/// use kinetrace::__private::aggregation;
/// use kinetrace::{Reader, Record};
///
/// let (first, second) = (Record::new("N14228", "EWR-IAH"), Record::new("N14228", "IAH-ORD"));
/// let pack = aggregation::pack(&first, [&second]);
/// assert_eq!(pack.partition_key, "N14228");
///
/// let records = Reader::default().read(pack.data.into(), None);
/// let payloads: Vec<_> = records.iter().map(|record| record.payload.as_ref()).collect();
/// assert_eq!(payloads, [b"EWR-IAH", b"IAH-ORD"]);
/// ```
pub fn pack<'a>(first: &'a Record, others: impl IntoIterator<Item = &'a Record>) -> Record {
    let Record { partition_key, explicit_hash_key, .. } = first;
    let others: Vec<_> = others.into_iter().collect();
    let records = || std::iter::once(&first).chain(&others).copied();
    let capacity = frame_bytes(partition_key) + records().map(packed_bytes).sum::<usize>();
    let mut writer = Writer::new(partition_key, *explicit_hash_key, capacity);
    for record in records() {
        match contents(record) {
            Contents::One(user_record) => writer.push(&user_record.data, &user_record.tags),
            Contents::Plain | Contents::Several => writer.push(&record.data, &[]),
        }
    }
    Record { partition_key: partition_key.clone(), explicit_hash_key: *explicit_hash_key, data: writer.finish() }
}

/// The record at this place of an aggregate, from 0, as an aggregate of its own: keys, tags and data are the same, so it is read
/// as it was, and may be put again without its neighbours. `None` if the data is not an aggregate with a record there.
///
/// It takes time in proportion to the data.
pub fn alone(data: &Bytes, place: u64) -> Option<Bytes> {
    let aggregate = Aggregate::read(data)?;
    let place = usize::try_from(place).ok().filter(|place| *place < aggregate.len())?;
    if aggregate.len() == 1 {
        return Some(data.clone());
    }
    Some(kpl::aggregate([aggregate.user_record(place)]).into())
}

/// What the data of a record are.
enum Contents {
    Plain,
    /// An aggregate of one record of the same key and place.
    One(UserRecord),
    /// Any other aggregate.
    Several,
}

fn contents(record: &Record) -> Contents {
    if !record.data.starts_with(&kpl::MAGIC) {
        return Contents::Plain;
    }
    let Some(inside) = Aggregate::read(&Bytes::copy_from_slice(&record.data)) else {
        return Contents::Plain;
    };
    if inside.len() > 1 {
        return Contents::Several;
    }
    Some(inside.user_record(0)).filter(|only| is_same_key(only, record)).map_or(Contents::Several, Contents::One)
}

fn is_same_key(inside: &UserRecord, record: &Record) -> bool {
    *inside.partition_key == *record.partition_key && inside.explicit_hash_key == record.explicit_hash_key
}

#[cfg(test)]
mod tests;
