//! The records of one key, from the first that has not arrived.

use std::collections::VecDeque;
use std::time::Instant;

use kinetrace::__private::aggregation;
use kinetrace::HashKey;

use super::parcel::{Entry, Parcel};
use super::terms::{BatchId, Terms};

/// What waits of a key with records in the outbox or on their way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct KeyQueue<T> {
    /// What failed, and goes again before anything after it.
    returned: Option<Parcel<T>>,
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
        Self { returned: None, queue: VecDeque::new(), in_flight: false, waits_until: None }
    }

    pub(super) fn push(&mut self, arrival: u64, entry: Entry<T>) {
        self.queue.push_back((arrival, entry));
    }

    pub(super) fn put_back(&mut self, parcel: Parcel<T>) {
        self.returned = Some(parcel);
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
        self.returned.as_ref().map(returned).or_else(|| self.queue.front().map(waiting))
    }

    /// Takes what goes next: what was put back, or the first that waits, packed with those after it that have room.
    pub(super) fn take(&mut self, pack_bytes: usize) -> Option<Parcel<T>> {
        if let Some(returned) = self.returned.take() {
            return Some(returned);
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

    /// Everything of this batch that is not on its way.
    pub(super) fn withdraw(&mut self, batch: BatchId) -> Vec<Parcel<T>> {
        let is_of_it = |terms: Option<Terms>| terms.is_some_and(|terms| terms.batch == batch);
        let returned = self.returned.take_if(|parcel| is_of_it(parcel.terms));
        let mut back: Vec<_> = returned.into_iter().collect();
        for (arrival, entry) in std::mem::take(&mut self.queue) {
            if is_of_it(entry.terms) {
                back.push(Parcel::new(arrival, entry));
            } else {
                self.queue.push_back((arrival, entry));
            }
        }
        back
    }

    /// Everything that is not on its way.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Parcel<T>> {
        let waiting = self.queue.drain(..).map(|(arrival, entry)| Parcel::new(arrival, entry));
        self.returned.take().into_iter().chain(waiting)
    }
}
