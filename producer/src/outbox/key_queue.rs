//! The records of one key, from the first that has not arrived.

use std::collections::VecDeque;
use std::ops::{Range, RangeInclusive};
use std::time::Instant;

use kinetrace::__private::aggregation;
use kinetrace::HashKey;

use super::parcel::{Entry, Parcel};
use super::terms::{BatchId, Terms};

/// What waits of a key with records in the outbox or on their way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct KeyQueue<T> {
    /// What failed, and goes again before anything after it. Few keys have one at a time, so it takes no room in the others.
    returned: Option<Box<Parcel<T>>>,
    /// Each with its arrival.
    queue: VecDeque<(u64, Entry<T>)>,
    pub(super) in_flight: bool,
    /// Until when its head must wait.
    pub(super) waits_until: Option<Instant>,
}

/// What decides whether the head of a queue may go now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) arrival: u64,
    pub(super) place: HashKey,
    pub(super) bytes: usize,
    pub(super) alone: bool,
    pub(super) terms: Option<Terms>,
}

impl<T> KeyQueue<T> {
    pub(super) fn new() -> Self {
        // Of most keys, one record waits at a time. A queue that grows has room for four at once.
        Self { returned: None, queue: VecDeque::with_capacity(1), in_flight: false, waits_until: None }
    }

    pub(super) fn push(&mut self, arrival: u64, entry: Entry<T>) {
        self.queue.push_back((arrival, entry));
    }

    pub(super) fn put_back(&mut self, parcel: Parcel<T>) {
        self.returned = Some(Box::new(parcel));
    }

    pub(super) fn head(&self) -> Option<Head> {
        let returned = |&Parcel { arrival, place, bytes, alone, terms, .. }: &Parcel<T>| Head {
            arrival,
            place,
            bytes,
            alone,
            terms,
        };
        let waiting = |&(arrival, Entry { place, bytes, terms, .. }): &(u64, Entry<T>)| Head {
            arrival,
            place,
            bytes,
            alone: false,
            terms,
        };
        self.returned.as_deref().map(returned).or_else(|| self.queue.front().map(waiting))
    }

    /// Takes what goes next: what was put back, or the first that waits, packed with those after it that have room.
    pub(super) fn take(&mut self, pack_bytes: usize) -> Option<Parcel<T>> {
        if let Some(returned) = self.returned.take() {
            return Some(*returned);
        }
        let (arrival, first) = self.queue.pop_front()?;
        let packed_bytes = first.packed_bytes;
        let mut parcel = Parcel::new(arrival, first);
        if let Some(packed_bytes) = packed_bytes {
            self.fill(&mut parcel, packed_bytes, pack_bytes);
        }
        Some(parcel)
    }

    fn fill(&mut self, parcel: &mut Parcel<T>, first_bytes: usize, limit: usize) {
        let mut bytes = aggregation::frame_bytes(&parcel.key) + first_bytes;
        while let Some((_, next)) = self.queue.front()
            && next.place == parcel.place
            && next.terms == parcel.terms
            && let Some(more) = next.packed_bytes
            && bytes + more <= limit
            && let Some((_, next)) = self.queue.pop_front()
        {
            bytes += more;
            parcel.bytes = bytes;
            parcel.others.push(next.item);
        }
    }

    /// Everything of this batch that is not on its way. Of what waits, only what came in between its first and its last record
    /// is looked at: a queue may be long, and be of many batches.
    pub(super) fn withdraw(&mut self, batch: BatchId, arrivals: RangeInclusive<u64>) -> Vec<Parcel<T>> {
        let is_of_it = |terms: Option<Terms>| terms.is_some_and(|terms| terms.batch == batch);
        let returned = self.returned.take_if(|parcel| is_of_it(parcel.terms));
        let mut back: Vec<_> = returned.into_iter().map(|parcel| *parcel).collect();
        let places = self.places(arrivals);
        let mut others = Vec::new();
        for (arrival, entry) in self.queue.drain(places.clone()) {
            if is_of_it(entry.terms) {
                back.push(Parcel::new(arrival, entry));
            } else {
                others.push((arrival, entry));
            }
        }
        others.into_iter().rev().for_each(|other| self.queue.insert(places.start, other));
        back
    }

    /// Where in the queue these arrivals are. It is in their order.
    pub(super) fn places(&self, arrivals: RangeInclusive<u64>) -> Range<usize> {
        let start = self.queue.partition_point(|(arrival, _)| arrival < arrivals.start());
        let end = self.queue.partition_point(|(arrival, _)| arrival <= arrivals.end());
        start..end.max(start)
    }

    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.queue.capacity()
    }

    /// Everything that is not on its way.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Parcel<T>> {
        let waiting = self.queue.drain(..).map(|(arrival, entry)| Parcel::new(arrival, entry));
        self.returned.take().map(|parcel| *parcel).into_iter().chain(waiting)
    }
}
