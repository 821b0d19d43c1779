//! Which pollers have batches in flight, and how many each may have.

/// How many invocations a provisioned poller may have in flight.
/// <https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html>
const MOST_AT_ONCE: usize = 5;

/// The pollers at work.
#[derive(Debug)]
pub(super) struct Busy {
    /// Each as often as it has a batch in flight.
    pollers: Vec<usize>,
    /// How many a poller may have. AWS does not say how many it has on demand, so that is dealt, too.
    at_once: usize,
}

impl Busy {
    pub(super) fn new() -> Self {
        Self { pollers: Vec::new(), at_once: 1 }
    }

    /// Decides anew how many batches a poller may have. Often it is one: partitions that wait for a poller come together.
    pub(super) fn deal(&mut self, rng: &mut fastrand::Rng) {
        self.at_once = if rng.bool() { 1 } else { rng.usize(2..=MOST_AT_ONCE) };
    }

    /// Whether a poller may have another batch in flight.
    pub(super) fn has_place(&self, poller: usize) -> bool {
        self.pollers.iter().filter(|busy| **busy == poller).count() < self.at_once
    }

    pub(super) fn begin(&mut self, poller: usize) {
        self.pollers.push(poller);
    }

    pub(super) fn end(&mut self, poller: usize) {
        if let Some(place) = self.pollers.iter().position(|busy| *busy == poller) {
            self.pollers.swap_remove(place);
        }
    }
}
