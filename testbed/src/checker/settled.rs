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
use super::put::{Passed, Put};

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
    /// Counts below that which no line was seen of, or of which records are still waited for.
    pub(super) open: Vec<Open>,
}

/// Counts in a row that later ones have passed.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) first: u64,
    pub(super) last: u64,
    /// By which record, first of all.
    passed: Passed,
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

    /// What passed the record first, if anything did before there was a line of it.
    pub(super) fn passed(&self, order: Order) -> Option<&Passed> {
        let series = self.series.get(&order.producer)?;
        series.open.iter().find(|open| open.holds(order.sequence)).map(|open| &open.passed)
    }

    /// Whether records of the producer were settled.
    pub(super) fn counts_of(&self, producer: ProducerId) -> bool {
        self.series.contains_key(&producer)
    }

    /// Whether a record of the key was settled that stood there, or further in that shard.
    pub(super) fn reaches(&self, position: Position) -> bool {
        self.last.iter().any(|last| last.shard == position.shard && !position.is_beyond(*last))
    }

    /// The record has been settled; `own` is what those that it passes are compared with.
    pub(super) fn settle(&mut self, put: &Put, positions: &[Position], own: impl FnOnce() -> Passed) {
        self.has_puts |= put.outcome.is_some();
        self.series.entry(put.order.producer).or_default().settle(put.order.sequence, own);
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
        self.open.iter().any(|open| open.holds(sequence))
    }

    fn settle(&mut self, sequence: u64, own: impl FnOnce() -> Passed) {
        if sequence >= self.next {
            if sequence > self.next {
                self.open.push(Open { first: self.next, last: sequence - 1, passed: own() });
            }
            self.next = sequence + 1;
            return;
        }
        let Some(place) = self.open.iter().position(|open| open.holds(sequence)) else {
            return;
        };
        let Open { first, last, passed } = self.open.remove(place);
        self.open.extend(
            [(first, sequence.wrapping_sub(1)), (sequence + 1, last)]
                .into_iter()
                .filter(|(first, last)| first <= last && *last != u64::MAX)
                .map(|(first, last)| Open { first, last, passed: passed.clone() }),
        );
    }
}

impl Open {
    fn holds(&self, sequence: u64) -> bool {
        (self.first..=self.last).contains(&sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_settled_once_it_was_and_open_while_only_later_ones_are() {
        let mut series = Series::default();
        let own = |sequence: u64| Passed { success: Some(sequence), ..Passed::default() };
        [0, 4, 2].into_iter().for_each(|sequence| series.settle(sequence, || own(sequence)));
        let open: Vec<_> = (0..6).filter(|sequence| series.is_open(*sequence)).collect();
        assert_eq!((series.next, open), (5, vec![1, 3]));
        assert!(series.open.iter().all(|open| open.passed == own(4)), "the first that passed them: {series:?}");
        [1, 3, 5].into_iter().for_each(|sequence| series.settle(sequence, || own(sequence)));
        assert_eq!((series.next, series.open.len()), (6, 0));
    }
}
