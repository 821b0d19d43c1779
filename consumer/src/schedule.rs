//! Which message of a batch may be processed next, and where each partition of it is to start again.
//!
//! Within a lane, one message at a time, in order; lanes do not wait for each other. A lane is a key within a partition.
//! After the first message of a partition that failed nothing of that partition is begun: it is rewound to that message,
//! and whatever was done after it would be done again. What stands before it is finished still, or the partition would
//! have to be rewound further. Other partitions go on. No I/O, no clock: the caller says when time is up.

use std::collections::{BTreeSet, HashMap, VecDeque};

#[derive(Debug)]
pub(crate) struct Schedule {
    lanes: Vec<Lane>,
    /// The heads of the lanes in which nothing is in flight: the first in the batch goes first.
    ready: BTreeSet<(usize, usize)>,
    /// What is in flight, with its lane.
    under_way: HashMap<usize, usize>,
    /// Of each partition: nothing from this place on is begun any more.
    ends: Vec<usize>,
}

#[derive(Debug)]
struct Lane {
    partition: usize,
    /// The messages that were not begun, by their place in the batch.
    places: VecDeque<usize>,
}

/// Numbers for lanes, from 0, as they come.
#[derive(Default)]
struct Numbers<'k> {
    by_key: HashMap<(usize, Option<&'k str>), usize>,
    /// Of long keys, also by where their text is, and its length.
    by_text: HashMap<(usize, *const u8, usize), usize>,
}

/// Many records of an aggregate share the text of their key, which may have a megabyte. What is longer than this is hashed once.
const LONG: usize = 256;

impl<'k> Numbers<'k> {
    fn number(&mut self, partition: usize, key: Option<&'k str>) -> usize {
        let next = self.by_key.len();
        let mut by_key = || *self.by_key.entry((partition, key)).or_insert(next);
        match key {
            Some(text) if text.len() > LONG => {
                *self.by_text.entry((partition, text.as_ptr(), text.len())).or_insert_with(by_key)
            }
            _ => by_key(),
        }
    }
}

/// Of a partition that goes on to its last message.
const NO_END: usize = usize::MAX;

impl Schedule {
    /// Each message's partition, numbered from 0, and its key there.
    pub(crate) fn new<'k>(messages: impl IntoIterator<Item = (usize, Option<&'k str>)>) -> Self {
        let mut numbers = Numbers::default();
        let mut lanes: Vec<Lane> = Vec::new();
        let mut ends = Vec::new();
        for (place, (partition, key)) in messages.into_iter().enumerate() {
            let lane = numbers.number(partition, key);
            if lane == lanes.len() {
                lanes.push(Lane { partition, places: VecDeque::new() });
            }
            lanes[lane].places.push_back(place);
            if ends.len() <= partition {
                ends.resize(partition + 1, NO_END);
            }
        }
        let head = |(number, lane): (usize, &Lane)| Some((*lane.places.front()?, number));
        let ready = lanes.iter().enumerate().filter_map(head).collect();
        Self { lanes, ready, under_way: HashMap::new(), ends }
    }

    /// Begins a message: the first of the batch that may be begun now.
    pub(crate) fn begin(&mut self) -> Option<usize> {
        while let Some((place, number)) = self.ready.pop_first() {
            let lane = &mut self.lanes[number];
            // The rest of a lane whose partition ended is after the end, too.
            if place < self.ends[lane.partition] {
                lane.places.pop_front();
                self.under_way.insert(place, number);
                return Some(place);
            }
        }
        None
    }

    /// The message was processed: the next of its lane may be begun.
    pub(crate) fn succeed(&mut self, place: usize) {
        let Some(lane) = self.under_way.remove(&place) else { return };
        self.ready.extend(self.lanes[lane].places.front().map(|next| (*next, lane)));
    }

    /// The message failed: its lane ends here, and so does its partition.
    pub(crate) fn fail(&mut self, place: usize) {
        let Some(lane) = self.under_way.remove(&place) else { return };
        self.end_at(self.lanes[lane].partition, place);
    }

    /// The partition ends at this place, as at a message that failed.
    pub(crate) fn end_at(&mut self, partition: usize, place: usize) {
        if let Some(end) = self.ends.get_mut(partition) {
            *end = place.min(*end);
        }
    }

    /// Time is up: nothing is begun any more, and each partition ends at the first of its messages that was not begun.
    pub(crate) fn stop(&mut self) {
        for Lane { partition, places } in &self.lanes {
            if let Some(waiting) = places.front() {
                self.ends[*partition] = self.ends[*partition].min(*waiting);
            }
        }
        self.ready.clear();
    }

    /// Where each partition is to start again, in the order of the batch, once nothing is in flight any more. A partition
    /// that is done has no such place.
    pub(crate) fn ends(&self) -> BTreeSet<usize> {
        self.ends.iter().copied().filter(|end| *end != NO_END).collect()
    }
}

#[cfg(test)]
mod tests;
