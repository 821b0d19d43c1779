//! Which message of a batch may be processed next, and where Lambda is to start again.
//!
//! Within a lane, one message at a time, in order; lanes do not wait for each other. Behind the first message that failed
//! nothing is begun: Lambda rewinds to it, and whatever was done behind it would be done again. What stands before it is
//! finished still, or Lambda would have to rewind further. No I/O, no clock: the caller says when time is up.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::Hash;

#[derive(Debug)]
pub(crate) struct Schedule {
    /// The messages of each lane that were not begun, by their place in the batch.
    lanes: Vec<VecDeque<usize>>,
    /// The heads of the lanes in which nothing is under way: the first in the batch goes first.
    ready: BTreeSet<(usize, usize)>,
    /// What is under way, with its lane.
    under_way: HashMap<usize, usize>,
    /// Nothing from here on is begun any more.
    end: usize,
}

impl Schedule {
    /// Messages of one lane have the same key.
    pub(crate) fn new<K: Hash + Eq>(keys: impl IntoIterator<Item = K>) -> Self {
        let mut lane_of = HashMap::new();
        let mut lanes: Vec<VecDeque<usize>> = Vec::new();
        let mut end = 0;
        for (place, key) in keys.into_iter().enumerate() {
            let lane = *lane_of.entry(key).or_insert(lanes.len());
            if lane == lanes.len() {
                lanes.push(VecDeque::new());
            }
            lanes[lane].push_back(place);
            end = place + 1;
        }
        let ready = lanes.iter().enumerate().filter_map(|(lane, places)| Some((*places.front()?, lane))).collect();
        Self { lanes, ready, under_way: HashMap::new(), end }
    }

    /// Begins a message: the first of the batch that may be begun now.
    pub(crate) fn begin(&mut self) -> Option<usize> {
        let (place, lane) = self.ready.pop_first().filter(|(place, _)| *place < self.end)?;
        self.lanes[lane].pop_front();
        self.under_way.insert(place, lane);
        Some(place)
    }

    /// The message was processed: the next of its lane may be begun.
    pub(crate) fn succeed(&mut self, place: usize) {
        let Some(lane) = self.under_way.remove(&place) else { return };
        self.ready.extend(self.lanes[lane].front().map(|next| (*next, lane)));
    }

    /// The message failed: its lane ends here, and so does the batch.
    pub(crate) fn fail(&mut self, place: usize) {
        self.under_way.remove(&place);
        self.end = self.end.min(place);
    }

    /// Time is up: nothing is begun any more.
    pub(crate) fn stop(&mut self) {
        let waiting = self.lanes.iter().filter_map(|lane| lane.front()).min();
        self.end = self.end.min(waiting.copied().unwrap_or(self.end));
        self.ready.clear();
    }

    /// Where Lambda is to start again, once nothing is under way any more; the number of messages if it need not.
    pub(crate) fn end(&self) -> usize {
        self.end
    }
}

#[cfg(test)]
mod tests;
