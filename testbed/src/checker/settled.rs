//! What is left of the records of a key that are settled and forgotten.

use std::collections::BTreeMap;

use kinetrace::{Order, ProducerId};

use super::common_place::CommonPlace;
use super::functions::Function;
use super::moment::Moment;
use super::names::Name;
use super::no_overlap::Sweep;
use super::position::Position;
use super::production_order::{Course, Place as _};
use super::put::Put;

/// What later records of a key are compared with.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub(super) series: BTreeMap<ProducerId, Series>,
    /// The shard of the key's first record.
    pub(super) home: Option<Name>,
    /// Where the key can be, if only its hash is known.
    pub(super) common_place: CommonPlace,
    pub(super) stream_order: Course<Position>,
    functions: Vec<(Function, SettledFunction)>,
    /// The last place in each shard.
    last: Vec<Position>,
    /// Whether there was a line of a put.
    pub(super) has_puts: bool,
}

/// The same for one function.
#[derive(Debug, Default)]
pub(super) struct SettledFunction {
    pub(super) process_order: Course<Moment>,
    pub(super) no_overlap: Sweep,
}

/// The counts of one producer.
#[derive(Debug, Default)]
pub(super) struct Series {
    /// The count after the last that was settled.
    pub(super) next: u64,
    /// Counts below that which no line was seen of, or of which records are still waited for: first and last.
    pub(super) open: Vec<(u64, u64)>,
}

impl Settled {
    pub(super) fn function(&mut self, function: Function) -> &mut SettledFunction {
        let index = self.functions.iter().position(|(name, _)| *name == function).unwrap_or_else(|| {
            self.functions.push((function, SettledFunction::default()));
            self.functions.len() - 1
        });
        &mut self.functions[index].1
    }

    /// Whether the record was settled.
    pub(super) fn has(&self, order: Order) -> bool {
        let is_in = |series: &Series| order.sequence < series.next && !series.is_open(order.sequence);
        self.series.get(&order.producer).is_some_and(is_in)
    }

    /// Whether records after this one were settled before it.
    pub(super) fn is_past(&self, order: Order) -> bool {
        self.series.get(&order.producer).is_some_and(|series| order.sequence < series.next)
    }

    /// Whether records of the producer were settled.
    pub(super) fn counts_of(&self, producer: ProducerId) -> bool {
        self.series.contains_key(&producer)
    }

    /// Whether a record of the key was settled that stood there, or further in that shard.
    pub(super) fn reaches(&self, position: Position) -> bool {
        self.last.iter().any(|last| last.shard == position.shard && !position.is_beyond(*last))
    }

    /// The record has been settled.
    pub(super) fn settle(&mut self, put: &Put, positions: &[Position]) {
        self.has_puts |= put.outcome.is_some();
        self.series.entry(put.order.producer).or_default().settle(put.order.sequence);
        for position in positions {
            match self.last.iter_mut().find(|last| last.shard == position.shard) {
                None => self.last.push(*position),
                Some(last) if position.is_beyond(*last) => *last = *position,
                Some(_) => {}
            }
        }
    }
}

impl Series {
    fn is_open(&self, sequence: u64) -> bool {
        self.open.iter().any(|(first, last)| (*first..=*last).contains(&sequence))
    }

    fn settle(&mut self, sequence: u64) {
        if sequence >= self.next {
            if sequence > self.next {
                self.open.push((self.next, sequence - 1));
            }
            self.next = sequence + 1;
            return;
        }
        let Some(place) = self.open.iter().position(|(first, last)| (*first..=*last).contains(&sequence)) else {
            return;
        };
        let (first, last) = self.open.remove(place);
        self.open.extend(
            [(first, sequence.wrapping_sub(1)), (sequence + 1, last)]
                .into_iter()
                .filter(|(first, last)| first <= last && *last != u64::MAX),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_settled_once_it_was_and_open_while_only_later_ones_are() {
        let mut series = Series::default();
        [0, 4, 2].into_iter().for_each(|sequence| series.settle(sequence));
        let open: Vec<_> = (0..6).filter(|sequence| series.is_open(*sequence)).collect();
        assert_eq!((series.next, open), (5, vec![1, 3]));
        [1, 3, 5].into_iter().for_each(|sequence| series.settle(sequence));
        assert_eq!((series.next, series.open.len()), (6, 0));
    }
}
