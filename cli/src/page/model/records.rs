//! The records that are kept, and where each is in its stream.

use std::collections::HashMap;

use kinetrace::history::UNKNOWN;
use kinetrace::{Order, SequenceNumber};

use super::changes::Changes;
use super::record::Record;
use super::table::Table;
use super::texts::{Renumbered, Text};

/// So much data of records is kept, in bytes.
const DATA: usize = 32 << 20;

/// A stream, a shard and a number there. An aggregate has one place for all of its records.
pub(in crate::page) type Place = (Text, Text, SequenceNumber);

/// A put of which no place is known, and by what a processing of its record, or the same line once more, can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::page) struct Unplaced {
    stream: Text,
    key: Text,
    order: Option<Order>,
    /// Its start, if there is no count.
    put: u64,
}

impl Unplaced {
    pub(in crate::page) fn new(stream: Text, key: Text, order: Option<Order>, put: u64) -> Self {
        Self { stream, key, order, put: if order.is_some() { 0 } else { put } }
    }

    fn of(record: &Record) -> Self {
        Self::new(record.stream, record.key, record.order, record.put)
    }
}

#[derive(Debug, Default)]
pub(in crate::page) struct Records {
    pub(in crate::page) table: Table<Record>,
    /// Whose state has changed.
    pub(in crate::page) states: Changes,
    /// Of which more is known than before.
    pub(in crate::page) amended: Changes,
    at: HashMap<Place, Vec<u64>>,
    unplaced: HashMap<Unplaced, u64>,
    /// Of each shard, the last number that was forgotten: what is not after it is not new.
    through: HashMap<(Text, Text), SequenceNumber>,
    data: usize,
    /// The first record that may still have data.
    with_data: u64,
}

impl Records {
    /// Adds a row.
    pub(in crate::page) fn push(&mut self, cursor: u64, record: Record) -> u64 {
        let place = place(&record);
        self.data += record.data.as_ref().map_or(0, bytes::Bytes::len);
        let id = self.table.push(cursor, record);
        if let Some(place) = place {
            self.at.entry(place).or_default().push(id);
        }
        self.bound_data();
        id
    }

    /// The records at a place.
    pub(in crate::page) fn at(&self, place: &Place) -> &[u64] {
        self.at.get(place).map(Vec::as_slice).unwrap_or_default()
    }

    /// The record at a place in an aggregate. One of which it was not known that it is in one is it, too.
    pub(in crate::page) fn within(&self, place: &Place, sub: Option<u64>) -> Option<u64> {
        let of = |wanted: Option<u64>| {
            self.at(place).iter().copied().find(|id| self.table.get(*id).is_some_and(|it| it.sub == wanted))
        };
        of(sub).or_else(|| of(None).filter(|_| sub.is_some()))
    }

    /// Whether the place is before what is kept.
    pub(in crate::page) fn has_forgotten(&self, (stream, shard, number): &Place) -> bool {
        self.through.get(&(*stream, *shard)).is_some_and(|through| number <= through)
    }

    /// Takes note of a put without a place.
    pub(in crate::page) fn miss(&mut self, id: u64) {
        if let Some(record) = self.table.get(id) {
            self.unplaced.insert(Unplaced::of(record), id);
        }
    }

    pub(in crate::page) fn find_unplaced(&self, put: &Unplaced) -> Option<u64> {
        self.unplaced.get(put).copied()
    }

    /// Gives a record its place.
    pub(in crate::page) fn found(&mut self, id: u64, place: &Place, sub: Option<u64>) {
        if let Some(record) = self.table.get_mut(id) {
            self.unplaced.remove(&Unplaced::of(record));
            (record.shard, record.sequence, record.sub) = (place.1, Some(place.2.clone()), sub);
            self.at.entry(place.clone()).or_default().push(id);
        }
    }

    /// Keeps the data of a record that had none.
    pub(in crate::page) fn keep_data(&mut self, id: u64, data: &bytes::Bytes) {
        if let Some(record) = self.table.get_mut(id).filter(|record| record.data.is_none()) {
            record.data = Some(data.clone());
            record.bytes = data.len();
            self.data += data.len();
            self.bound_data();
        }
    }

    /// Forgets the first record.
    pub(in crate::page) fn pop(&mut self) -> Option<(u64, Record)> {
        let id = self.table.first();
        let record = self.table.pop()?;
        self.data -= record.data.as_ref().map_or(0, bytes::Bytes::len);
        if let Some(place) = place(&record) {
            if let Some(ids) = self.at.get_mut(&place) {
                ids.retain(|it| *it != id);
                if ids.is_empty() {
                    self.at.remove(&place);
                }
            }
            let through = self.through.entry((place.0, place.1)).or_insert_with(|| place.2.clone());
            if *through < place.2 {
                *through = place.2;
            }
        } else {
            self.unplaced.remove(&Unplaced::of(&record));
        }
        Some((id, record))
    }

    /// The first data goes when there is too much.
    fn bound_data(&mut self) {
        self.with_data = self.with_data.max(self.table.first());
        while self.data > DATA && self.with_data < self.table.next() {
            let data = self.table.get_mut(self.with_data).and_then(|record| record.data.take());
            self.data -= data.map_or(0, |data| data.len());
            self.with_data += 1;
        }
    }

    pub(in crate::page) fn renumber(&mut self, texts: &Renumbered) {
        self.table.values_mut().for_each(|record| record.renumber(texts));
        let again = |mut stream: Text, mut other: Text| {
            texts.apply(&mut stream);
            texts.apply(&mut other);
            (stream, other)
        };
        self.at = std::mem::take(&mut self.at)
            .into_iter()
            .map(|((stream, shard, number), ids)| {
                let (stream, shard) = again(stream, shard);
                ((stream, shard, number), ids)
            })
            .collect();
        self.through =
            std::mem::take(&mut self.through).into_iter().map(|((a, b), number)| (again(a, b), number)).collect();
        self.unplaced = std::mem::take(&mut self.unplaced)
            .into_iter()
            .map(|(put, id)| {
                let (stream, key) = again(put.stream, put.key);
                (Unplaced { stream, key, ..put }, id)
            })
            .collect();
    }

    /// The texts that `renumber` looks for in addition to those of rows.
    pub(in crate::page) fn shards(&self) -> impl Iterator<Item = (Text, Text)> {
        self.through.keys().copied()
    }
}

/// A number that is not known names no place.
fn place(record: &Record) -> Option<Place> {
    let number = record.sequence.clone().filter(|number| number.as_str() != UNKNOWN)?;
    Some((record.stream, record.shard, number))
}
