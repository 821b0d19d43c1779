//! Production order: which of two records of a key precedes the other.
//!
//! One producer counts its records. Of two producers, a record precedes another in real time, as linearizability has
//! it: when it had been acknowledged before the other was handed over. Two that overlap have no order. A put that ended
//! without an acknowledgement precedes none of another producer's: Kinesis may commit it later.
//!
//! ```text
//! producer 1  ├─ a ─┤   ├──── c ────┤
//! producer 2         ├─ b ─┤  ├─ d ─┤        a before b, c, d; b before d; c unordered with b and d
//! ```

use std::collections::BTreeMap;
use std::fmt;

use kinetrace::{Order, ProducerId};

use super::put::Put;

/// Where a record was found.
pub(super) trait Place: Copy + fmt::Debug {
    /// Places have a total order within a lane; between lanes they need not have one.
    type Lane: Ord + Copy + fmt::Debug;

    /// What it takes to compare places.
    type Scale<'s>;

    /// Whether places of different lanes are to be compared.
    const ACROSS: bool;

    /// The lanes that it is in.
    fn lanes(self) -> [Option<Self::Lane>; 2];

    /// Whether the lane matters to records that come much later.
    fn lasts(lane: Self::Lane) -> bool;

    /// Within a lane.
    fn is_beyond(self, other: Self) -> bool;

    /// Whether it comes first, and by more than the tolerance if both were timed by different clocks.
    fn is_before(self, other: Self, scale: &Self::Scale<'_>, tolerance: u64) -> bool;
}

/// A record and where it was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<P> {
    pub(super) order: Order,
    start: u64,
    end: u64,
    is_acknowledged: bool,
    /// Whether its line has its times.
    is_timed: bool,
    pub(super) place: P,
}

impl<P> Placed<P> {
    pub(super) fn new(put: &Put, place: P) -> Self {
        Self {
            order: put.order,
            start: put.start,
            end: put.end,
            is_acknowledged: put.is_acknowledged(),
            is_timed: put.outcome.is_some(),
            place,
        }
    }
}

/// What is known of the records of a key that were looked at so far.
#[derive(Debug)]
pub(super) struct Course<P: Place> {
    by_count: BTreeMap<ProducerId, Front<P>>,
    by_time: Front<P>,
    /// When the last of their puts ended.
    end: u64,
}

impl<P: Place> Default for Course<P> {
    fn default() -> Self {
        Self { by_count: BTreeMap::new(), by_time: Front::default(), end: 0 }
    }
}

impl<P: Place> Course<P> {
    /// For each of these records of the key, one that precedes it in production order but whose place is after its own.
    ///
    /// The records have to come by producer and count. With few lanes, it takes little longer than sorting them.
    pub(super) fn overtaken(
        &self,
        records: &[Placed<P>],
        scale: &P::Scale<'_>,
        tolerance: u64,
    ) -> Vec<Option<Placed<P>>> {
        let counted = self.by_count(records, scale, tolerance).into_iter();
        counted.zip(self.by_time(records, scale, tolerance)).map(|(counted, timed)| counted.or(timed)).collect()
    }

    fn by_count(&self, records: &[Placed<P>], scale: &P::Scale<'_>, tolerance: u64) -> Vec<Option<Placed<P>>> {
        let mut overtaken = Vec::with_capacity(records.len());
        for run in records.chunk_by(Placed::is_of_producer_of) {
            let mut front = self.by_count.get(&run[0].order.producer).cloned().unwrap_or_default();
            for placed in run {
                overtaken.push(front.beyond(placed, scale, tolerance, |_| true));
                front.extend(*placed);
            }
        }
        overtaken
    }

    /// Walks through the handovers, with all that had been acknowledged by then.
    fn by_time(&self, records: &[Placed<P>], scale: &P::Scale<'_>, tolerance: u64) -> Vec<Option<Placed<P>>> {
        let mut handovers: Vec<_> = (0..records.len()).filter(|&index| records[index].is_timed).collect();
        handovers.sort_by_key(|&index| records[index].start);
        let mut acknowledged: Vec<_> = records.iter().filter(|placed| placed.is_acknowledged).collect();
        acknowledged.sort_by_key(|placed| placed.end);
        let mut acknowledged = acknowledged.into_iter().peekable();
        let mut front = Front::default();
        let mut overtaken = vec![None; records.len()];
        for index in handovers {
            let placed = &records[index];
            // Within one microsecond it cannot be told which came first.
            let is_over = |end: u64| end.saturating_add(tolerance) < placed.start;
            while let Some(ended) = acknowledged.next_if(|it| is_over(it.end)) {
                front.extend(*ended);
            }
            // A clock that was set back must not contradict the producer's own count.
            let others = |other: &Placed<P>| !other.is_of_producer_of(placed);
            let earlier = is_over(self.end).then(|| self.by_time.beyond(placed, scale, tolerance, others)).flatten();
            overtaken[index] = earlier.or_else(|| front.beyond(placed, scale, tolerance, others));
        }
        overtaken
    }

    /// These have been looked at.
    pub(super) fn extend(&mut self, records: &[Placed<P>]) {
        for placed in records {
            let front = self.by_count.entry(placed.order.producer).or_default();
            front.extend(*placed);
            if placed.is_acknowledged {
                self.by_time.extend(*placed);
                self.end = self.end.max(placed.end);
            }
        }
        self.by_count
            .values_mut()
            .chain([&mut self.by_time])
            .for_each(|front| front.0.retain(|lane, _| P::lasts(*lane)));
    }
}

/// The furthest record of each lane, and the furthest one of any other producer than that one's: for any producer, the
/// furthest of the others is among the two.
#[derive(Debug, Clone)]
struct Front<P: Place>(BTreeMap<P::Lane, [Option<Placed<P>>; 2]>);

impl<P: Place> Default for Front<P> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<P: Place> Front<P> {
    fn extend(&mut self, new: Placed<P>) {
        for lane in new.place.lanes().into_iter().flatten() {
            let [furthest, other] = self.0.entry(lane).or_default();
            let is_beyond = |old: &Option<Placed<P>>| old.is_none_or(|old| new.place.is_beyond(old.place));
            let same_producer = furthest.is_some_and(|old| old.is_of_producer_of(&new));
            if is_beyond(furthest) {
                if !same_producer {
                    *other = *furthest;
                }
                *furthest = Some(new);
            } else if !same_producer && is_beyond(other) {
                *other = Some(new);
            }
        }
    }

    fn beyond(
        &self,
        placed: &Placed<P>,
        scale: &P::Scale<'_>,
        tolerance: u64,
        counts: impl Fn(&Placed<P>) -> bool,
    ) -> Option<Placed<P>> {
        let is_behind = |other: &Placed<P>| counts(other) && placed.place.is_before(other.place, scale, tolerance);
        if P::ACROSS {
            return self.0.values().flatten().flatten().copied().find(is_behind);
        }
        let own = placed.place.lanes().into_iter().flatten().filter_map(|lane| self.0.get(&lane));
        own.flatten().flatten().copied().find(is_behind)
    }
}

impl<P> Placed<P> {
    fn is_of_producer_of(&self, other: &Self) -> bool {
        self.order.producer == other.order.producer
    }

    /// Names the record as seen from a later one of its key.
    pub(super) fn name(&self, later: &Self) -> String {
        if self.is_of_producer_of(later) {
            format!("record {}", self.order.sequence)
        } else {
            format!("record {} of producer {}", self.order.sequence, self.order.producer)
        }
    }

    /// Why the record precedes a later one of its key.
    pub(super) fn reason(&self, later: &Self) -> String {
        if self.is_of_producer_of(later) {
            "produced earlier".into()
        } else {
            format!("acknowledged at {} µs, before this one was handed over at {} µs", self.end, later.start)
        }
    }
}
