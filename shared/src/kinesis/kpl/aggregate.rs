//! Reading an aggregated record without unfolding it.
//!
//! A user record takes six bytes at least, and a key two, while a [`UserRecord`] takes a hundred and more: an aggregate of
//! one Lambda event would fill the memory of a small function. So of each only the place is kept, and the records are made
//! one by one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use md5::{Digest, Md5};
use prost::Message as _;
use prost::encoding::{DecodeContext, WireType, check_wire_type, decode_key, decode_varint, skip_field};

use super::{DIGEST_BYTES, MAGIC, Record, UserRecord};
use crate::kinesis::hash_key::HashKey;

/// Keys that are kept for the records that follow. More than this many keys that take turns are made anew each time.
const KNOWN_KEYS: usize = 1024;

/// A longer text of the tables is looked at once: it may be as long as all records that refer to it, each of which would
/// cost as much otherwise. Partition keys of Kinesis and hash keys are shorter.
const LONG: usize = 1024;

/// An aggregated record in good order; there is at least one user record in it.
#[derive(Debug)]
pub(crate) struct Aggregate {
    message: Bytes,
    places: Places,
    /// A key may be a hundred times as long as the record that refers to it, so records share it.
    known_keys: Mutex<HashMap<u64, Arc<str>>>,
    /// Few aggregates have any.
    long: Option<Box<Long>>,
}

/// The long texts of the tables, by their indexes. They take no more than the data.
#[derive(Debug)]
struct Long {
    keys: HashMap<u64, Arc<str>>,
    hash_keys: HashMap<u64, Option<HashKey>>,
}

/// Where in the message the entries of its repeated fields begin, each with its length. Four bytes each: Kinesis' largest
/// record has 10 MiB.
#[derive(Debug, Default)]
struct Places {
    keys: Vec<u32>,
    hash_keys: Vec<u32>,
    records: Vec<u32>,
}

impl Aggregate {
    /// `None` if the data is anything but an aggregated record in good order, and then it is an ordinary record's.
    ///
    /// The places of its keys and records take up to four bytes for each two of the data.
    pub(crate) fn read(data: &Bytes) -> Option<Self> {
        let digest_at = data.len().checked_sub(DIGEST_BYTES).filter(|at| *at >= MAGIC.len())?;
        if !data.starts_with(&MAGIC) || *Md5::digest(&data[MAGIC.len()..digest_at]) != data[digest_at..] {
            return None;
        }
        let message = data.slice(MAGIC.len()..digest_at);
        let places = Places::of(&message)?;
        let long = Long::of(&message, &places).map(Box::new);
        let aggregate = Self { message, places, known_keys: Mutex::default(), long };
        let is_in_good_order = (0..aggregate.len()).all(|place| aggregate.is_in_good_order(place));
        (aggregate.len() > 0 && is_in_good_order).then_some(aggregate)
    }

    /// How many user records there are, at least one.
    pub(crate) fn len(&self) -> usize {
        self.places.records.len()
    }

    /// The partition key of the user record at this place, from 0.
    pub(crate) fn partition_key(&self, place: usize) -> &str {
        let index = self.record(place).and_then(|record| record.partition_key_index).unwrap_or_default();
        match self.long_key(index) {
            Some(key) => key,
            None => at(&self.places.keys, index).and_then(|place| text(&self.message, place)).unwrap_or_default(),
        }
    }

    /// The user record at this place, from 0. Its data is a part of the aggregate's, and not copied.
    pub(crate) fn user_record(&self, place: usize) -> UserRecord {
        // All that may be missing was found to be there.
        let Record { partition_key_index, explicit_hash_key_index, data, tags } =
            self.record(place).unwrap_or_default();
        let hash_key = |index| match self.long.as_ref().and_then(|long| long.hash_keys.get(&index)) {
            Some(hash_key) => *hash_key,
            None => text(&self.message, at(&self.places.hash_keys, index)?).and_then(hash_key),
        };
        UserRecord {
            partition_key: self.shared_key(partition_key_index.unwrap_or_default()),
            explicit_hash_key: explicit_hash_key_index.and_then(hash_key),
            data: data.unwrap_or_default(),
            tags: tags.into_iter().map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default())).collect(),
        }
    }

    fn is_in_good_order(&self, place: usize) -> bool {
        self.record(place).is_some_and(|record| {
            record.partition_key_index.is_some_and(|index| at(&self.places.keys, index).is_some())
                && record.explicit_hash_key_index.is_none_or(|index| at(&self.places.hash_keys, index).is_some())
                && record.data.is_some()
                && record.tags.iter().all(|tag| tag.key.is_some())
        })
    }

    fn record(&self, place: usize) -> Option<Record> {
        let bytes = entry(&self.message, *self.places.records.get(place)?)?;
        Record::decode(self.message.slice_ref(bytes)).ok()
    }

    fn long_key(&self, index: u64) -> Option<&Arc<str>> {
        self.long.as_ref()?.keys.get(&index)
    }

    fn shared_key(&self, index: u64) -> Arc<str> {
        if let Some(key) = self.long_key(index) {
            return Arc::clone(key);
        }
        let mut known = self.known_keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = known.get(&index) {
            return Arc::clone(key);
        }
        if known.len() >= KNOWN_KEYS {
            known.clear();
        }
        let key = at(&self.places.keys, index).and_then(|place| text(&self.message, place)).unwrap_or_default();
        let key: Arc<str> = key.into();
        known.insert(index, Arc::clone(&key));
        key
    }
}

impl Long {
    /// `None` if there are none.
    fn of(message: &[u8], places: &Places) -> Option<Self> {
        let keys = long(message, &places.keys, |key| key.into());
        let hash_keys = long(message, &places.hash_keys, hash_key);
        (!keys.is_empty() || !hash_keys.is_empty()).then_some(Self { keys, hash_keys })
    }
}

impl Places {
    fn of(message: &[u8]) -> Option<Self> {
        let mut places = Self::default();
        let mut rest = message;
        while !rest.is_empty() {
            let (tag, wire_type) = decode_key(&mut rest).ok()?;
            let place = u32::try_from(message.len() - rest.len()).ok()?;
            skip_field(wire_type, tag, &mut rest, DecodeContext::default()).ok()?;
            let list = match tag {
                1 => &mut places.keys,
                2 => &mut places.hash_keys,
                3 => &mut places.records,
                // Who knows more fields than we do may write them.
                _ => continue,
            };
            check_wire_type(WireType::LengthDelimited, wire_type).ok()?;
            if tag != 3 {
                std::str::from_utf8(entry(message, place)?).ok()?;
            }
            list.push(place);
        }
        Some(places)
    }
}

/// What stands at this place, after its length.
fn entry(message: &[u8], place: u32) -> Option<&[u8]> {
    let mut rest = message.get(usize::try_from(place).ok()?..)?;
    let length = decode_varint(&mut rest).ok()?;
    rest.get(..usize::try_from(length).ok()?)
}

fn text(message: &[u8], place: u32) -> Option<&str> {
    std::str::from_utf8(entry(message, place)?).ok()
}

/// What is read in the long texts of a table, by their indexes.
fn long<T>(message: &[u8], table: &[u32], read: impl Fn(&str) -> T) -> HashMap<u64, T> {
    let is_long = |place: u32| entry(message, place).is_some_and(|text| text.len() > LONG);
    let places = (0..).zip(table).filter(|(_, place)| is_long(**place));
    places.filter_map(|(index, place)| Some((index, read(text(message, *place)?)))).collect()
}

fn hash_key(decimal: &str) -> Option<HashKey> {
    // The parser would take a sign.
    decimal.bytes().all(|byte| byte.is_ascii_digit()).then(|| HashKey::try_from(decimal.to_owned()).ok())?
}

fn at(table: &[u32], index: u64) -> Option<u32> {
    table.get(usize::try_from(index).ok()?).copied()
}

/// Whether there are records in it that [`Aggregate::read`] would find.
pub(crate) fn is_aggregate(data: &[u8]) -> bool {
    data.starts_with(&MAGIC) && Aggregate::read(&Bytes::copy_from_slice(data)).is_some()
}
