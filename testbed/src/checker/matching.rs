//! Which produced record a processing is about.

use std::collections::HashMap;

use kinetrace::history::Process;
use kinetrace::order::Order;
use kinetrace::sequence_number::SequenceNumber;

use super::record::Record;

/// Finds records by their place in the stream, and failing that by the producer's count.
#[derive(Debug)]
pub(super) struct Matching<'h> {
    /// Several records have one place when they were packed into an aggregate.
    by_position: HashMap<(&'h str, &'h str, &'h SequenceNumber), Vec<usize>>,
    /// A count says nothing without its group: a producer counts each of its groups from 0, under one id.
    by_order: HashMap<(&'h str, &'h str, Order), Vec<usize>>,
}

impl<'h> Matching<'h> {
    pub(super) fn new(records: &[Record<'h>]) -> Self {
        let (mut by_position, mut by_order) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        for (index, produce) in records.iter().map(|record| record.produce).enumerate() {
            let count = (produce.stream.as_str(), produce.group.as_str(), produce.order);
            by_order.entry(count).or_default().push(index);
            if let (Some(shard), Some(number)) = (&produce.shard, &produce.sequence_number) {
                by_position.entry((produce.stream.as_str(), shard.as_str(), number)).or_default().push(index);
            }
        }
        Self { by_position, by_order }
    }

    /// The index of the record that was processed.
    pub(super) fn find(&self, process: &'h Process, records: &[Record<'h>]) -> Option<usize> {
        let stream = process.stream.as_str();
        let position = (stream, process.shard.as_str(), &process.sequence_number);
        let by_order = || self.by_order.get(&(stream, process.group.as_deref()?, process.order?));
        let candidates = self.by_position.get(&position).or_else(by_order)?;
        if let [only] = candidates.as_slice() {
            return Some(*only);
        }
        let mut left = candidates.clone();
        for clue in CLUES {
            let agreeing: Vec<_> = left.iter().copied().filter(|&index| clue(process, &records[index])).collect();
            if !agreeing.is_empty() {
                left = agreeing;
            }
        }
        // Whatever cannot be told apart is taken in turn, or the second of two equal records would seem lost.
        left.into_iter().min_by_key(|&index| records[index].processings.len())
    }
}

/// What tells records apart that share a place or a count, most telling first.
const CLUES: [fn(&Process, &Record<'_>) -> bool; 4] = [
    |process, record| process.order == Some(record.produce.order),
    |process, record| process.group.as_ref() == Some(&record.produce.group),
    |process, record| process.context.is_some() && process.context == record.produce.context,
    |process, record| process.payload_crc32 == record.produce.payload_crc32,
];
