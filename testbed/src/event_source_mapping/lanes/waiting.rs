//! Records that no batch has taken, in the lanes that they wait in.

use std::collections::{HashMap, VecDeque};

use super::super::invoke::PAYLOAD_LIMIT;
use super::super::record::Record;

/// Records by lane, those of each in stream order.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// With the time at which each was read. A lane without records is here only while it is held.
    lanes: HashMap<String, VecDeque<(Record, i64)>>,
    /// Lanes with records that no batch holds.
    idle: Vec<String>,
    records: usize,
    /// Of the records' data.
    bytes: usize,
}

/// What a lane was when it was to be held.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// Free: it is held now.
    Taken,
    /// Held by another batch.
    Busy,
}

impl Waiting {
    /// How many records there are.
    pub(super) fn records(&self) -> usize {
        self.records
    }

    /// How many bytes of data they have.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many lanes a batch may take records from.
    pub(super) fn idle(&self) -> usize {
        self.idle.len()
    }

    /// Whether there are neither records nor lanes that are held.
    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    pub(super) fn push(&mut self, lane: &str, record: Record, now: i64) {
        self.bytes += record.data.len();
        match self.lanes.get_mut(lane) {
            Some(records) => records.push_back((record, now)),
            None => {
                self.idle.push(lane.to_owned());
                self.lanes.insert(lane.to_owned(), VecDeque::from([(record, now)]));
            }
        }
        self.records += 1;
    }

    /// Takes the idle lane at this place for a batch.
    pub(super) fn take(&mut self, index: usize) -> String {
        self.idle.swap_remove(index)
    }

    /// Takes a lane for a batch, whether there are records in it or not.
    pub(super) fn hold(&mut self, lane: &str) -> Hold {
        if let Some(index) = self.idle.iter().position(|idle| idle == lane) {
            self.idle.swap_remove(index);
        } else if self.lanes.contains_key(lane) {
            return Hold::Busy;
        } else {
            self.lanes.insert(lane.to_owned(), VecDeque::new());
        }
        Hold::Taken
    }

    /// Lets go of a lane.
    pub(super) fn release(&mut self, lane: &str) {
        if self.lanes.get(lane).is_some_and(VecDeque::is_empty) {
            self.lanes.remove(lane);
        } else {
            self.idle.push(lane.to_owned());
        }
    }

    /// The first record of some idle lane.
    pub(super) fn first(&self) -> Option<&Record> {
        self.idle_lanes().next()?.front().map(|(record, _)| record)
    }

    /// When the record was read that an idle lane has had for longest.
    pub(super) fn oldest(&self) -> Option<i64> {
        self.idle_lanes().filter_map(|records| records.front()).map(|&(_, read)| read).min()
    }

    /// Whether the idle lanes have so many records, or more than an event may hold.
    pub(super) fn fill(&self, batch_size: usize) -> bool {
        let (mut count, mut bytes) = (0, 0);
        self.idle_lanes().flatten().any(|(record, _)| {
            count += 1;
            bytes += record.event_bytes();
            count >= batch_size || bytes > PAYLOAD_LIMIT
        })
    }

    /// Whether a record in the idle lanes is meant.
    pub(super) fn any(&self, is_meant: impl Fn(&Record) -> bool) -> bool {
        self.idle_lanes().flatten().any(|(record, _)| is_meant(record))
    }

    fn idle_lanes(&self) -> impl Iterator<Item = &VecDeque<(Record, i64)>> {
        self.idle.iter().filter_map(|lane| self.lanes.get(lane))
    }

    /// Moves records from the head of a lane while they fit. A record that is too large on its own still goes alone: it
    /// is for the function to fail on it.
    pub(super) fn draw(&mut self, lane: &str, draft: &mut Draft, is_meant: impl Fn(&Draft, &Record) -> bool) {
        let Some(records) = self.lanes.get_mut(lane) else { return };
        while let Some((record, _)) = records.front() {
            let size = record.event_bytes();
            let full = draft.records.len() == draft.batch_size || draft.bytes + size > PAYLOAD_LIMIT;
            if (full && !draft.records.is_empty()) || !is_meant(draft, record) {
                return;
            }
            draft.bytes += size;
            self.bytes -= record.data.len();
            draft.records.extend(records.pop_front().map(|(record, _)| record));
            self.records -= 1;
        }
    }

    /// Gives a lane back that was taken in vain.
    pub(super) fn put_back(&mut self, lane: String) {
        self.idle.push(lane);
    }
}

/// A batch that is being put together.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) records: Vec<Record>,
    bytes: usize,
    batch_size: usize,
}

impl Draft {
    pub(super) fn new(batch_size: usize) -> Self {
        Self { records: Vec::new(), bytes: 0, batch_size }
    }
}
