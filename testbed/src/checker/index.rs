//! A history, arranged for the questions that the properties ask.

use kinetrace::history::{Event, Process, Produce};

use super::matching::Matching;
use super::record::Record;
use super::shards::Shards;

/// The records of a history with what became of them.
#[derive(Debug)]
pub(super) struct Index<'h> {
    /// By stream, group, producer, and the producer's count.
    pub(super) records: Vec<Record<'h>>,
    /// Processings of records that the history does not know the put of.
    pub(super) foreign: Vec<&'h Process>,
    pub(super) shards: Shards<'h>,
}

impl<'h> Index<'h> {
    pub(super) fn new(events: &'h [Event]) -> Self {
        let (mut records, mut processings, mut shards) = (Vec::new(), Vec::new(), Shards::default());
        for event in events {
            match event {
                Event::Shard(shard) => shards.insert(shard),
                Event::Produce(produce) => records.push(Record { produce, processings: Vec::new() }),
                Event::Process(process) => processings.push(process),
            }
        }
        records.sort_by_key(|record| (run_of(record.produce), record.produce.order.sequence));
        processings.sort_by_key(|process| (process.start, process.end));
        let matching = Matching::new(&records);
        let mut foreign = Vec::new();
        for process in processings {
            match matching.find(process, &records) {
                Some(index) => records[index].processings.push(process),
                None => foreign.push(process),
            }
        }
        Self { records, foreign, shards }
    }

    /// The records of each group.
    pub(super) fn groups(&self) -> impl Iterator<Item = &[Record<'h>]> {
        let group = |record: &Record<'h>| (&record.produce.stream, &record.produce.group);
        self.records.chunk_by(move |a, b| group(a) == group(b))
    }

    /// The records that one producer sent to one group, in the order of its count.
    pub(super) fn runs(&self) -> impl Iterator<Item = &[Record<'h>]> {
        self.records.chunk_by(|a, b| run_of(a.produce) == run_of(b.produce))
    }
}

fn run_of(produce: &Produce) -> (&str, &str, kinetrace::order::ProducerId) {
    (&produce.stream, &produce.group, produce.order.producer)
}
