//! Which message of a batch may be processed next, and where each partition of it is to start again.
//!
//! Within a lane, one message at a time, in order; lanes do not wait for each other. A lane is a key within a partition. A
//! message of an unknown key may belong with any other of its partition: it waits for all before it, and all after it wait for
//! it.
//! After the first message of a partition that failed nothing of that partition is begun: it is rewound to that message,
//! and whatever was done after it would be done again. What stands before it is finished still, or the partition would
//! have to be rewound further. Other partitions go on. No I/O, no clock: the caller says when time is up.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::mem;

use crate::key::Key;

#[derive(Debug)]
pub(crate) struct Schedule {
    lanes: Vec<Lane>,
    stretches: Vec<Stretch>,
    /// The heads of the lanes in which nothing is in flight, and that wait for no stretch: the first in the batch goes first.
    ready: BTreeSet<(usize, usize)>,
    /// What is in flight, with its lane.
    under_way: HashMap<usize, usize>,
    /// Of each partition: nothing from this place on is begun any more.
    ends: Vec<usize>,
}

#[derive(Debug)]
struct Lane {
    stretch: usize,
    /// The messages that were not begun, by their place in the batch.
    places: VecDeque<usize>,
}

/// Neighbours within a partition, the keys of all of which are known, or of none. A stretch waits for the one before it.
#[derive(Debug)]
struct Stretch {
    partition: usize,
    is_known: bool,
    /// How many of its messages are not done.
    left: usize,
    /// Its lanes, if there is a stretch before it.
    lanes: Vec<usize>,
    is_first: bool,
    next: Option<usize>,
}

/// The stretch to which each message belongs, as they come.
#[derive(Default)]
struct Stretches {
    all: Vec<Stretch>,
    /// Of each partition, its last one so far.
    last: Vec<Option<usize>>,
}

impl Stretches {
    fn number(&mut self, partition: usize, is_known: bool) -> usize {
        if self.last.len() <= partition {
            self.last.resize(partition + 1, None);
        }
        let before = self.last[partition];
        if let Some(last) = before
            && self.all[last].is_known == is_known
        {
            return last;
        }
        let number = self.all.len();
        let (is_first, lanes) = (before.is_none(), Vec::new());
        self.all.push(Stretch { partition, is_known, left: 0, lanes, is_first, next: None });
        if let Some(before) = before {
            self.all[before].next = Some(number);
        }
        self.last[partition] = Some(number);
        number
    }
}

/// Numbers for lanes, from 0, as they come.
#[derive(Default)]
struct Numbers<'k> {
    by_key: HashMap<(usize, Key<'k>), usize>,
    /// Of long keys, also by where their text is, and its length.
    by_text: HashMap<(usize, *const u8, usize), usize>,
}

/// Many records of an aggregate share the text of their key, which may have a megabyte. What is longer than this is hashed once.
const LONG: usize = 256;

impl<'k> Numbers<'k> {
    fn number(&mut self, stretch: usize, key: Key<'k>) -> usize {
        let next = self.by_key.len();
        let mut by_key = || *self.by_key.entry((stretch, key)).or_insert(next);
        match key {
            Key::Text(text) if text.len() > LONG => {
                *self.by_text.entry((stretch, text.as_ptr(), text.len())).or_insert_with(by_key)
            }
            _ => by_key(),
        }
    }
}

/// Of a partition that goes on to its last message.
const NO_END: usize = usize::MAX;

impl Schedule {
    /// Each message's partition, numbered from 0, and its key there.
    pub(crate) fn new<'k>(messages: impl IntoIterator<Item = (usize, Key<'k>)>) -> Self {
        let mut numbers = Numbers::default();
        let mut stretches = Stretches::default();
        let mut lanes: Vec<Lane> = Vec::new();
        for (place, (partition, key)) in messages.into_iter().enumerate() {
            let number = stretches.number(partition, key != Key::Unknown);
            let stretch = &mut stretches.all[number];
            stretch.left += 1;
            let lane = numbers.number(number, key);
            if lane == lanes.len() {
                lanes.push(Lane { stretch: number, places: VecDeque::new() });
                if !stretch.is_first {
                    stretch.lanes.push(lane);
                }
            }
            lanes[lane].places.push_back(place);
        }
        let Stretches { all: stretches, last } = stretches;
        let first = lanes.iter().enumerate().filter(|(_, lane)| stretches[lane.stretch].is_first);
        let ready = first.filter_map(|(number, lane)| Some((*lane.places.front()?, number))).collect();
        Self { ready, lanes, stretches, under_way: HashMap::new(), ends: vec![NO_END; last.len()] }
    }

    /// Begins a message: the first of the batch that may be begun now.
    pub(crate) fn begin(&mut self) -> Option<usize> {
        while let Some((place, number)) = self.ready.pop_first() {
            let lane = &mut self.lanes[number];
            // The rest of a lane whose partition ended is after the end, too.
            if place < self.ends[self.stretches[lane.stretch].partition] {
                lane.places.pop_front();
                self.under_way.insert(place, number);
                return Some(place);
            }
        }
        None
    }

    /// The message was processed: the next of its lane may be begun, or the next stretch if that was the last of this one.
    pub(crate) fn succeed(&mut self, place: usize) {
        let Some(lane) = self.under_way.remove(&place) else { return };
        self.make_ready(lane);
        let stretch = &mut self.stretches[self.lanes[lane].stretch];
        stretch.left -= 1;
        if stretch.left == 0
            && let Some(next) = stretch.next
        {
            mem::take(&mut self.stretches[next].lanes).into_iter().for_each(|lane| self.make_ready(lane));
        }
    }

    fn make_ready(&mut self, lane: usize) {
        self.ready.extend(self.lanes[lane].places.front().map(|next| (*next, lane)));
    }

    /// The message failed: its lane ends here, and so does its partition.
    pub(crate) fn fail(&mut self, place: usize) {
        let Some(lane) = self.under_way.remove(&place) else { return };
        self.end_at(self.stretches[self.lanes[lane].stretch].partition, place);
    }

    /// The partition ends at this place, as at a message that failed.
    pub(crate) fn end_at(&mut self, partition: usize, place: usize) {
        if let Some(end) = self.ends.get_mut(partition) {
            *end = place.min(*end);
        }
    }

    /// Time is up: nothing is begun any more, and each partition ends at the first of its messages that was not begun.
    pub(crate) fn stop(&mut self) {
        for Lane { stretch, places } in &self.lanes {
            if let Some(waiting) = places.front() {
                let end = &mut self.ends[self.stretches[*stretch].partition];
                *end = (*end).min(*waiting);
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
