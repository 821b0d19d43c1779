//! A record of a key, with the times of its put and one of its places.

use kinetrace::Order;

use super::put::Put;

/// A record and where it was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placed<P> {
    pub(super) order: Order,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) is_acknowledged: bool,
    /// Whether its line has its times.
    pub(super) is_timed: bool,
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

    pub(super) fn is_of_producer_of(&self, other: &Self) -> bool {
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
