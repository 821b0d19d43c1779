//! Which produced record a processing is about.

use std::collections::HashMap;

use kinetrace::history::Process;
use kinetrace::order::Order;

use super::record::{Position, Record};

/// Finds records by their place in the stream, and failing that by the producer's count.
#[derive(Debug)]
pub(super) struct Matching<'h> {
    /// A record of an aggregate is there twice, under its own place and under that of the whole: either end may know of
    /// no aggregate, as a producer does not of one that a carrier made of a single record.
    by_position: HashMap<(&'h str, Position<'h>), Vec<usize>>,
    /// A count says nothing without its group: a producer counts each of its groups from 0, under one id.
    by_order: HashMap<(&'h str, &'h str, Order), Vec<usize>>,
}

impl<'h> Matching<'h> {
    pub(super) fn new(records: &[Record<'h>]) -> Self {
        let (mut by_position, mut by_order) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        for (index, produce) in records.iter().map(|record| record.produce).enumerate() {
            let count = (produce.stream.as_str(), produce.group.as_str(), produce.order);
            by_order.entry(count).or_default().push(index);
            if let Some(position) = Position::told(produce) {
                by_position.entry((produce.stream.as_str(), position)).or_default().push(index);
                if position != position.whole() {
                    by_position.entry((produce.stream.as_str(), position.whole())).or_default().push(index);
                }
            }
        }
        Self { by_position, by_order }
    }

    /// The index of the record that was processed.
    pub(super) fn find(&self, process: &'h Process, records: &[Record<'h>]) -> Option<usize> {
        let mut left = self.candidates(process, records)?;
        if let [only] = left.as_slice() {
            return Some(*only);
        }
        for clue in CLUES {
            let agreeing: Vec<_> = left.iter().copied().filter(|&index| clue(process, &records[index])).collect();
            if !agreeing.is_empty() {
                left = agreeing;
            }
        }
        // Whatever cannot be told apart is taken in turn, or the second of two equal records would seem lost.
        left.into_iter().min_by_key(|&index| records[index].processings.len())
    }

    /// Within an aggregate, a record's count says more than its place: records may have been packed in another order than
    /// their producer believes. Otherwise it says less: who forwards a record leaves it as it was.
    fn candidates(&self, process: &'h Process, records: &[Record<'h>]) -> Option<Vec<usize>> {
        let (stream, found) = (&*process.stream, Position::found(process));
        let put_at = |position| self.by_position.get(&(stream, position));
        let count = process.group.as_deref().zip(process.order);
        let counted = count.and_then(|(group, order)| self.by_order.get(&(stream, group, order)));
        let put = |those: Option<&Vec<usize>>, is_it: fn(Position<'h>, Position<'h>) -> bool| -> Vec<_> {
            let told = |index: usize| Position::told(records[index].produce);
            let those = those.into_iter().flatten().copied();
            those.filter(|&index| told(index).is_some_and(|told| is_it(told, found))).collect()
        };
        let in_aggregate = put(counted, |told, found| told.whole() == found.whole());
        let there = put(put_at(found).or_else(|| put_at(found.whole())), Position::may_be);
        let anywhere = counted.cloned().unwrap_or_default();
        [in_aggregate, there, anywhere].into_iter().find(|candidates| !candidates.is_empty())
    }
}

/// What tells records apart that share a place or a count, most telling first.
const CLUES: [fn(&Process, &Record<'_>) -> bool; 4] = [
    |process, record| process.order == Some(record.produce.order),
    |process, record| process.group.as_deref() == Some(&*record.produce.group),
    |process, record| process.context.is_some() && process.context == record.produce.context,
    |process, record| process.payload_crc32 == record.produce.payload_crc32,
];
