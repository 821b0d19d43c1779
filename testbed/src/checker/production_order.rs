//! Production order: which of two records of a group precedes the other.
//!
//! One producer counts its records. Of two producers, a record precedes another in real time, as linearizability has
//! it: when it had been acknowledged before the other was handed over. Two that overlap have no order. A put that ended
//! without an acknowledgement precedes none of another producer's: Kinesis may commit it later.
//!
//! ```text
//! producer 1  ├─ a ─┤   ├──── c ────┤
//! producer 2         ├─ b ─┤  ├─ d ─┤        a before b, c, d; b before d; c beside b and d
//! ```

use std::collections::BTreeMap;

use super::record::Record;

/// Where a record was found.
pub(super) trait Place: Copy {
    /// Places have a total order within a lane; between lanes they need not have one.
    type Lane: Ord;

    fn lane(self) -> Self::Lane;

    fn is_before(self, other: Self) -> bool;
}

/// A record and where it was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'r, 'h, P> {
    pub(super) record: &'r Record<'h>,
    pub(super) place: P,
}

/// For each record of a group, one that precedes it in production order but whose place is behind its own.
///
/// The records have to come by producer and count. With few lanes, it takes little longer than sorting them.
pub(super) fn overtaken<'r, 'h, P: Place>(group: &[Placed<'r, 'h, P>]) -> Vec<Option<Placed<'r, 'h, P>>> {
    by_count(group).into_iter().zip(by_time(group)).map(|(counted, timed)| counted.or(timed)).collect()
}

fn by_count<'r, 'h, P: Place>(group: &[Placed<'r, 'h, P>]) -> Vec<Option<Placed<'r, 'h, P>>> {
    let mut overtaken = Vec::with_capacity(group.len());
    for run in group.chunk_by(|a, b| a.same_producer(b)) {
        let mut front = Front::default();
        for placed in run {
            overtaken.push(front.beyond(placed, |_| true));
            front.extend(*placed);
        }
    }
    overtaken
}

/// Walks through the handovers, with all that had been acknowledged by then.
fn by_time<'r, 'h, P: Place>(group: &[Placed<'r, 'h, P>]) -> Vec<Option<Placed<'r, 'h, P>>> {
    let mut handovers: Vec<_> = (0..group.len()).collect();
    handovers.sort_by_key(|&index| group[index].record.produce.start);
    let mut acknowledged: Vec<_> = group.iter().filter(|placed| placed.record.acknowledged()).collect();
    acknowledged.sort_by_key(|placed| placed.record.produce.end);
    let mut acknowledged = acknowledged.into_iter().peekable();
    let mut front = Front::default();
    let mut overtaken = vec![None; group.len()];
    for index in handovers {
        let placed = &group[index];
        // Within one microsecond it cannot be told which came first.
        while let Some(ended) = acknowledged.next_if(|it| it.record.produce.end < placed.record.produce.start) {
            front.extend(*ended);
        }
        // A clock that was set back must not contradict the producer's own count.
        overtaken[index] = front.beyond(placed, |other| !other.same_producer(placed));
    }
    overtaken
}

/// The furthest record of each lane, and the furthest one of any other producer than that one's: whoever asks, the
/// furthest of the others is among the two.
struct Front<'r, 'h, P: Place>(BTreeMap<P::Lane, [Option<Placed<'r, 'h, P>>; 2]>);

impl<P: Place> Default for Front<'_, '_, P> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'r, 'h, P: Place> Front<'r, 'h, P> {
    fn extend(&mut self, new: Placed<'r, 'h, P>) {
        let [furthest, other] = self.0.entry(new.place.lane()).or_default();
        let is_beyond = |old: &Option<Placed<'r, 'h, P>>| old.is_none_or(|old| old.place.is_before(new.place));
        let same_producer = furthest.is_some_and(|old| old.same_producer(&new));
        if is_beyond(furthest) {
            if !same_producer {
                *other = *furthest;
            }
            *furthest = Some(new);
        } else if !same_producer && is_beyond(other) {
            *other = Some(new);
        }
    }

    fn beyond(
        &self,
        placed: &Placed<'r, 'h, P>,
        counts: impl Fn(&Placed<'r, 'h, P>) -> bool,
    ) -> Option<Placed<'r, 'h, P>> {
        let all = self.0.values().flatten().flatten();
        all.copied().find(|other| counts(other) && placed.place.is_before(other.place))
    }
}

impl<P> Placed<'_, '_, P> {
    fn same_producer(&self, other: &Self) -> bool {
        self.record.produce.order.producer == other.record.produce.order.producer
    }

    /// Names the record as seen from a later one of its group.
    pub(super) fn name(&self, later: &Self) -> String {
        let order = self.record.produce.order;
        if self.same_producer(later) {
            format!("record {}", order.sequence)
        } else {
            format!("record {} of producer {}", order.sequence, order.producer)
        }
    }

    /// Why the record precedes a later one of its group.
    pub(super) fn reason(&self, later: &Self) -> String {
        let (end, start) = (self.record.produce.end, later.record.produce.start);
        if self.same_producer(later) {
            "produced earlier".into()
        } else {
            format!("acknowledged at {end} µs, before this one was handed over at {start} µs")
        }
    }
}
