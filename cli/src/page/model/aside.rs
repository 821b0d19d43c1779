//! Records that wait and have no row any more.

use std::collections::{BTreeMap, HashMap};

use kinetrace::SequenceNumber;

use super::record::Record;
use super::records::Place;
use super::texts::{Renumbered, Text};

/// The records of each shard that wait, and for which the page had no room. They count as waiting, and get a row again when
/// something happens to them. There are as many as the stream itself has to keep, with less of each.
#[derive(Debug, Default)]
pub(in crate::page) struct Aside(HashMap<(Text, Text), Queue>);

/// A key is none of the page's texts while no row has it: those are sent to every viewer.
type Key = Box<str>;

#[derive(Debug, Default)]
struct Queue {
    /// An aggregate has one number for all of its records.
    records: BTreeMap<SequenceNumber, Vec<(Record, Key)>>,
    count: usize,
}

impl Aside {
    /// Puts a record aside that has a place in a stream.
    pub(in crate::page) fn push(&mut self, record: Record, key: &str) {
        if let Some(number) = record.sequence.clone() {
            let queue = self.0.entry((record.stream, record.shard)).or_default();
            queue.count += 1;
            // Neither is the data kept, nor rows of attempts, which are forgotten by then.
            let record = Record { data: None, attempts: Vec::new(), ..record };
            queue.records.entry(number).or_default().push((record, key.into()));
        }
    }

    /// The records at a place, which are not aside any more.
    pub(in crate::page) fn take(&mut self, (stream, shard, number): &Place) -> Vec<(Record, Key)> {
        let Some(queue) = self.0.get_mut(&(*stream, *shard)) else { return Vec::new() };
        let records = queue.records.remove(number).unwrap_or_default();
        queue.count -= records.len();
        records
    }

    /// How many records of a shard are aside, and since when the first of them has waited.
    pub(in crate::page) fn waiting(&self, shard: (Text, Text)) -> (usize, Option<u64>) {
        let Some(queue) = self.0.get(&shard) else { return (0, None) };
        let first = queue.records.first_key_value().and_then(|(_, records)| records.first());
        (queue.count, first.map(|(record, _)| record.since()))
    }

    pub(in crate::page) fn texts(&self) -> impl Iterator<Item = Text> {
        let records = self.0.values().flat_map(|queue| queue.records.values().flatten());
        records.flat_map(|(it, _)| [it.stream, it.shard, it.format])
    }

    pub(in crate::page) fn renumber(&mut self, texts: &Renumbered) {
        let again = |((mut stream, mut shard), mut queue): ((Text, Text), Queue)| {
            texts.apply(&mut stream);
            texts.apply(&mut shard);
            queue.records.values_mut().flatten().for_each(|(record, _)| record.renumber(texts));
            ((stream, shard), queue)
        };
        self.0 = std::mem::take(&mut self.0).into_iter().map(again).collect();
    }
}
