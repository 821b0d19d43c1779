//! The lines about one key of one producer that wait, in the order in which its records were produced.

use std::collections::BTreeMap;
use std::sync::Arc;

use kinetrace::SequenceNumber;
use kinetrace::history::Produce;

/// After which record of the stream, and after how many that were refused since.
pub(super) type Rank = (Option<(SequenceNumber, Option<u64>)>, u64);

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) line: Produce,
    /// In microseconds.
    pub(super) since: u64,
}

#[derive(Debug)]
pub(super) struct Key {
    pub(super) access_key: Arc<str>,
    pub(super) held: BTreeMap<Rank, Entry>,
    /// Records that were refused and have their count, and that may be tried again.
    pub(super) open: Vec<Entry>,
    /// The furthest record of the stream.
    last: Option<(SequenceNumber, Option<u64>)>,
    refused: u64,
}

impl Key {
    pub(super) fn of(access_key: Arc<str>) -> Self {
        Self { access_key, held: BTreeMap::new(), open: Vec::new(), last: None, refused: 0 }
    }

    /// Nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty() && self.open.is_empty()
    }

    /// Takes a record that was refused. It may have been tried and refused before.
    pub(super) fn refuse(&mut self, mut line: Produce, now: u64) -> Rank {
        let since = now;
        if let Some(open) = self.open.iter().position(|open| is_same(&open.line, &line)) {
            self.open[open].since = now;
            return (None, 0);
        }
        let before = self.held_refused(&line);
        if let Some((rank, entry)) = before.and_then(|rank| Some((rank.clone(), self.held.get_mut(&rank)?))) {
            line.start = entry.line.start;
            *entry = Entry { line, since };
            return rank;
        }
        self.refused += 1;
        let rank = (self.last.clone(), self.refused);
        self.held.insert(rank.clone(), Entry { line, since });
        rank
    }

    /// Takes a record that is in the stream, and returns its rank: that of its first attempt.
    pub(super) fn take(&mut self, mut line: Produce) -> Rank {
        let place = line.sequence_number.clone().map(|number| (number, line.sub_sequence_number));
        let mut rank = (place.clone(), 0);
        self.last = place.max(self.last.take());
        let since = line.end.0;
        if let Some(refused) = self.held_refused(&line).and_then(|rank| Some((self.held.remove(&rank)?, rank))) {
            line.start = refused.0.line.start;
            rank = refused.1;
        } else if let Some(open) = self.open.iter().position(|open| is_same(&open.line, &line)) {
            let open = self.open.remove(open).line;
            (line.start, line.order) = (open.start, open.order);
        }
        self.held.insert(rank.clone(), Entry { line, since });
        rank
    }

    /// Its producer writes a line of its own.
    pub(super) fn forget(&mut self, line: &Produce) {
        if let Some(rank) = self.held_refused(line) {
            self.held.remove(&rank);
        }
        self.open.retain(|open| !is_same(&open.line, line));
    }

    fn held_refused(&self, line: &Produce) -> Option<Rank> {
        let is_it = |entry: &Entry| entry.line.sequence_number.is_none() && is_same(&entry.line, line);
        self.held.iter().find(|(_, entry)| is_it(entry)).map(|(rank, _)| rank.clone())
    }
}

/// Whether both are attempts to put one record, as far as can be seen.
fn is_same(one: &Produce, other: &Produce) -> bool {
    let order_agrees = one.order.is_none() || other.order.is_none() || one.order == other.order;
    order_agrees && one.payload_crc32 == other.payload_crc32 && one.sub_sequence_number == other.sub_sequence_number
}
