//! How far the records of a key have come.

use std::collections::BTreeMap;

use super::place::Place;
use super::placed::Placed;

/// The furthest record of each lane, and the furthest one of any other producer than that one's: for any producer, the
/// furthest of the others is among the two.
#[derive(Debug, Clone)]
pub(super) struct Front<P: Place>(BTreeMap<P::Lane, [Option<Placed<P>>; 2]>);

impl<P: Place> Default for Front<P> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<P: Place> Front<P> {
    pub(super) fn extend(&mut self, new: Placed<P>) {
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

    /// One that is beyond the record, of those that count.
    pub(super) fn beyond(
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

    /// What of it matters to records that come much later.
    pub(super) fn kept(&self) -> Kept<P> {
        let lasting = self.0.iter().filter(|(lane, _)| P::lasts(**lane));
        Kept(lasting.flat_map(|(lane, furthest)| furthest.iter().flatten().map(|placed| (*lane, *placed))).collect())
    }
}

/// A front in as little room as it takes: there is one for each key. The furthest record of a lane comes before the other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kept<P: Place>(Box<[(P::Lane, Placed<P>)]>);

impl<P: Place> Default for Kept<P> {
    fn default() -> Self {
        Self(Box::default())
    }
}

impl<P: Place> Kept<P> {
    pub(super) fn front(&self) -> Front<P> {
        let mut front = Front::default();
        for (lane, placed) in &self.0 {
            let [furthest, other] = front.0.entry(*lane).or_default();
            *if furthest.is_none() { furthest } else { other } = Some(*placed);
        }
        front
    }
}
