//! What is left of the records of a key that are settled and forgotten.

use kinetrace::{Order, ProducerId};

use super::common_place::CommonPlace;
use super::few::Few;
use super::functions::Function;
use super::moment::Moment;
use super::names::Name;
use super::no_overlap::Sweep;
use super::place::Place as _;
use super::position::Position;
use super::production_order::Course;
use super::put::{Passed, Put};

/// What later records of a key are compared with.
#[derive(Debug, Clone, Default)]
pub(super) struct Settled {
    pub(super) series: Few<ProducerId, Series>,
    /// The shard of the key's first record.
    pub(super) home: Option<Name>,
    /// Where the key can be, if only its hash is known.
    pub(super) common_place: CommonPlace,
    pub(super) stream_order: Course<Position>,
    functions: Few<Function, SettledFunction>,
    /// The last place in each shard.
    last: Few<Name, Position>,
    /// Whether there was a line of a put.
    pub(super) has_puts: bool,
}

/// The same for one function.
#[derive(Debug, Clone, Default)]
pub(super) struct SettledFunction {
    pub(super) process_order: Course<Moment>,
    pub(super) no_overlap: Sweep,
}

/// The counts of one producer.
#[derive(Debug, Clone, Default)]
pub(super) struct Series {
    /// The count after the last that was settled.
    pub(super) next: u64,
    /// Counts below that which no line was seen of, or of which records are still waited for.
    pub(super) open: Vec<Open>,
}

/// Counts in a row that later ones have passed.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) first: u64,
    pub(super) last: u64,
    /// By which record, first of all.
    passed: Passed,
}

impl Settled {
    pub(super) fn function(&mut self, function: Function) -> &mut SettledFunction {
        self.functions.or_default(function)
    }

    /// Whether the record was settled.
    pub(super) fn has(&self, order: Order) -> bool {
        let is_in = |series: &Series| order.sequence < series.next && !series.is_open(order.sequence);
        self.series.get(order.producer).is_some_and(is_in)
    }

    /// Whether records after this one were settled before it.
    pub(super) fn is_past(&self, order: Order) -> bool {
        self.series.get(order.producer).is_some_and(|series| order.sequence < series.next)
    }

    /// What passed the record first, if anything did before there was a line of it.
    pub(super) fn passed(&self, order: Order) -> Option<&Passed> {
        let series = self.series.get(order.producer)?;
        series.open.iter().find(|open| open.holds(order.sequence)).map(|open| &open.passed)
    }

    /// Whether records of the producer were settled.
    pub(super) fn counts_of(&self, producer: ProducerId) -> bool {
        self.series.get(producer).is_some()
    }

    /// Whether a record of the key was settled that stood there, or further in that shard.
    pub(super) fn reaches(&self, position: Position) -> bool {
        self.last.get(position.shard).is_some_and(|last| !position.is_beyond(*last))
    }

    /// The record has been settled; `own` is what those that it passes are compared with.
    pub(super) fn settle(&mut self, put: &Put, positions: &[Position], own: impl FnOnce() -> Passed) {
        self.has_puts |= put.outcome.is_some();
        self.series.or_default(put.order.producer).settle(put.order.sequence, own);
        for position in positions {
            let last = self.last.or_insert_with(position.shard, || *position);
            if position.is_beyond(*last) {
                *last = *position;
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
        // Most gaps are closed, and a key that had one would keep the room for it.
        if self.open.is_empty() {
            self.open = Vec::new();
        }
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
