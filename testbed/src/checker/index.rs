//! Lines, arranged for the questions that the properties ask.

use std::ops::Range;
use std::sync::Arc;

use super::matching::{Matching, count_of};
use super::names::{KeyId, Names};
use super::processing::Processing;
use super::put::Put;
use super::record::Record;

/// The records of a history with what happened to them.
#[derive(Debug)]
pub(super) struct Index {
    /// By key, producer, and the producer's count.
    pub(super) puts: Vec<Put>,
    /// By record, then by start; at the end those of records that the history does not know the put of.
    pub(super) processings: Vec<Processing>,
    /// Where the processings of each record begin, and after them those of none.
    begins: Vec<usize>,
}

impl Index {
    pub(super) fn new(mut puts: Vec<Put>, mut processings: Vec<Processing>, names: &Names) -> Self {
        // Unstable, here and below: the others take half as much memory again.
        puts.sort_unstable_by_key(|put| (count_of(put), put.digest()));
        puts.dedup_by(|again, put| again.is_copy_of(put));
        processings.sort_unstable_by_key(|it| (it.start, it.end, it.found, it.digest()));
        processings.dedup_by(|again, processing| again.is_copy_of(processing));
        let mut index = Self { puts, processings, begins: Vec::new() };
        index.arrange(names);
        index
    }

    /// Gives a record to every processing that has a count but none whose put is known.
    pub(super) fn add_missing(&mut self, names: &mut Arc<Names>) {
        let counted = |processing: &Processing| processing.order.zip(processing.group.as_deref()).is_some();
        let mut missing = Vec::new();
        for processing in self.foreign().iter().filter(|it| counted(it)) {
            let Some((order, group)) = processing.order.zip(processing.group.as_deref()) else { continue };
            let key = Arc::make_mut(names).key(processing.stream, group);
            missing.push(Put::missing(key, order, processing));
        }
        if missing.is_empty() {
            return;
        }
        missing.sort_unstable_by_key(count_of);
        missing.dedup_by_key(|put| count_of(put));
        self.puts.append(&mut missing);
        self.puts.sort_unstable_by_key(|put| (count_of(put), put.digest()));
        self.processings.sort_unstable_by_key(|it| (it.start, it.end, it.found, it.digest()));
        self.arrange(names);
    }

    fn arrange(&mut self, names: &Names) {
        let mut matching = Matching::new(&self.puts, names);
        for processing in &mut self.processings {
            processing.record = matching.find(processing);
        }
        drop(matching);
        self.processings
            .sort_unstable_by_key(|it| (it.record.unwrap_or(u32::MAX), it.start, it.end, it.found, it.digest()));
        let begin = |index: u32| self.processings.partition_point(|it| it.record.unwrap_or(u32::MAX) < index);
        self.begins = (0..=u32::try_from(self.puts.len()).unwrap_or(u32::MAX)).map(begin).collect();
    }

    /// Processings of records that the history does not know the put of.
    pub(super) fn foreign(&self) -> &[Processing] {
        &self.processings[self.begins[self.puts.len()]..]
    }

    /// Takes those of them out that are as said.
    pub(super) fn take_foreign(&mut self, is: impl FnMut(&mut Processing) -> bool) -> Vec<Processing> {
        let begin = self.begins[self.puts.len()];
        self.processings.extract_if(begin.., is).collect()
    }

    pub(super) fn record(&self, index: usize) -> Record<'_> {
        let processings = self.begins[index]..self.begins[index + 1];
        Record { put: &self.puts[index], processings: &self.processings[processings] }
    }

    /// The processings of these records.
    pub(super) fn of_records(&mut self, records: &Range<usize>) -> &mut [Processing] {
        &mut self.processings[self.begins[records.start]..self.begins[records.end]]
    }

    /// Whether a put of the key is there.
    pub(super) fn has_put(&self, key: KeyId) -> bool {
        let from = self.puts.partition_point(|put| put.key < key);
        self.puts[from..].iter().take_while(|put| put.key == key).any(|put| put.outcome.is_some())
    }

    /// What is left when these records are settled.
    pub(super) fn without(&mut self, is_settled: &[bool]) -> (Vec<Put>, Vec<Processing>) {
        let is_settled = |record: u32| is_settled[record as usize];
        let (mut puts, mut processings) = (std::mem::take(&mut self.puts), std::mem::take(&mut self.processings));
        let mut record = 0;
        puts.retain(|_| (!is_settled(record), record += 1).0);
        processings.retain(|processing| !processing.record.is_some_and(is_settled));
        (puts, processings)
    }

    /// The records of each key.
    pub(super) fn keys(&self) -> Vec<(KeyId, Range<usize>)> {
        let mut begin = 0;
        let keys = self.puts.chunk_by(|a, b| a.key == b.key).map(|puts| {
            let range = begin..begin + puts.len();
            begin = range.end;
            (puts[0].key, range)
        });
        keys.collect()
    }
}
