//! Which records have a row: the latest ones, and those that are stuck.

use bytes::Bytes;
use kinetrace::SequenceNumber;
use kinetrace::history::UNKNOWN;

use super::attempts::Attempt;
use super::ids::SpanId;
use super::record::Record;
use super::records::Place;
use super::state::Model;
use super::texts::Text;

/// Of a record that is stuck, the first attempt is kept and so many of the last, however often it has been tried.
const LAST_ATTEMPTS: usize = 7;

impl Model {
    /// Adds a record, and forgets the first if there are too many.
    pub(super) fn add(&mut self, record: Record, data: Option<&Bytes>) -> u64 {
        let id = self.insert(record);
        if let Some(data) = data {
            self.records.keep_data(id, data);
        }
        while self.records.table.len() > self.keep {
            self.forget();
        }
        id
    }

    /// Gives records that are aside their rows back: something happens to them.
    pub(super) fn bring_back(&mut self, place: &Place) {
        for (mut record, key) in self.aside.take(place) {
            record.key = self.ledger.place(&key);
            self.add(record, None);
        }
    }

    /// The rows of records that something happens to.
    pub(super) fn all_at(&mut self, stream: Text, shard: Text, numbers: &[SequenceNumber]) -> Vec<u64> {
        let places = || numbers.iter().map(|number| (stream, shard, number.clone()));
        // All before any: rows may get other numbers by that.
        places().for_each(|place| self.bring_back(&place));
        places().flat_map(|place| self.records.at(&place).to_vec()).collect()
    }

    /// Forgets the first records until no more than so many are kept.
    pub(in crate::page) fn forget_all_but(&mut self, keep: usize) {
        self.keep = keep.max(1);
        while self.records.table.len() > self.keep {
            self.forget();
        }
        // Or a page would have the keys and errors of records that it has no more.
        self.renumber();
    }

    fn insert(&mut self, record: Record) -> u64 {
        let (place, state, span) = ((record.stream, record.shard), record.state, record.span);
        let id = self.records.push(self.ledger.cursor, record);
        self.shards.shard_if_any(&mut self.ledger, place);
        self.shards.moved(place, id, None, Some(state));
        if span != SpanId::default() {
            self.sent.insert(span, id);
        }
        id
    }

    /// Forgets the first record, and what belongs to it and is not in the way of anything. One that is being tried goes to
    /// the end instead, and one that waits goes aside.
    fn forget(&mut self) {
        let Some((id, record)) = self.records.pop() else { return };
        // While fewer than half of the rows are of that kind, the first of the others is soon found.
        let has_room = self.shards.tried() <= self.keep / 2;
        self.shards.moved((record.stream, record.shard), id, Some(record.state), None);
        if self.sent.get(&record.span) == Some(&id) {
            self.sent.remove(&record.span);
        }
        if self.is_awaited(&record) {
            if record.state.is_tried() && has_room {
                self.carry(record);
            } else {
                let key = self.ledger.texts.text(record.key);
                self.aside.push(record, key);
            }
        }
        let (first, most) = (self.records.table.first(), self.keep.saturating_mul(8));
        while self.attempts.len() > most || self.attempts.front().is_some_and(|attempt| attempt.record < first) {
            self.attempts.pop();
        }
        self.invocations.forget(first, most);
    }

    /// Whether a mapping that runs has yet to be done with the record.
    fn is_awaited(&self, record: &Record) -> bool {
        let is_placed = record.sequence.as_ref().is_some_and(|number| number.as_str() != UNKNOWN);
        let mut mappings = self.mappings.iter().filter(|it| it.stream == record.stream);
        is_placed && record.state.is_open() && mappings.any(|it| it.enabled && it.settings.is_some())
    }

    /// Gives a record a new row, with what is known of its attempts.
    fn carry(&mut self, mut record: Record) {
        let attempts = std::mem::take(&mut record.attempts);
        let last = attempts.len().saturating_sub(LAST_ATTEMPTS).max(1);
        let kept = attempts.iter().take(1).chain(attempts.iter().skip(last));
        let kept: Vec<Attempt> = kept.filter_map(|id| self.attempts.get(*id).cloned()).collect();
        let id = self.insert(record);
        for attempt in kept {
            let invocation = attempt.invocation.filter(|id| self.invocations.table.get(*id).is_some());
            let row = self.attempts.push(self.ledger.cursor, Attempt { record: id, invocation, ..attempt });
            if let Some(record) = self.records.table.get_mut(id) {
                record.attempts.push(row);
            }
        }
    }
}
