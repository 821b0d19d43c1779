//! Puts: what a producer says of a record, and what its bytes say.

use std::sync::Arc;

use bytes::Bytes;
use kinetrace::history::{Produce, PutOutcome, TraceIds};

use super::carried::Carried;
use super::ids::{SpanId, TraceId};
use super::record::Record;
use super::records::{Place, Unplaced};
use super::state::Model;
use super::texts::EMPTY;

impl Model {
    /// A put has ended; `data` is what the stream has of the record, where that is known.
    pub(crate) fn put(&mut self, line: &Produce, data: Option<&Bytes>) {
        self.ledger.cursor += 1;
        self.ledger.see(line.start);
        self.ledger.see(line.end);
        let parts = data.map(|data| self.reading.carried(data, &line.group)).unwrap_or_default();
        // A line about a record in an aggregate is about that one only; one about the whole, about all of them.
        let own = |part: &&Carried| line.sub_sequence_number.is_none() || line.sub_sequence_number == part.sub;
        let mut parts = parts.iter().filter(own).map(Some).collect::<Vec<_>>();
        if parts.is_empty() {
            parts.push(None);
        }
        for part in parts {
            self.put_one(line, part, data);
        }
        self.bound_texts();
    }

    fn put_one(&mut self, line: &Produce, part: Option<&Carried>, data: Option<&Bytes>) {
        let place = self.place_of(line);
        let sub = line.sub_sequence_number.or_else(|| part.and_then(|part| part.sub));
        let (stream, key) = (self.ledger.place(&line.stream), self.ledger.place(&line.group));
        let unplaced = Unplaced::new(stream, key, line.order, line.start.0);
        place.iter().for_each(|place| self.bring_back(place));
        let known = match &place {
            Some(place) => self.records.within(place, sub),
            None => self.records.find_unplaced(&unplaced),
        };
        if known.is_none() && place.as_ref().is_some_and(|place| self.records.has_forgotten(place)) {
            return;
        }
        let id = known.unwrap_or_else(|| {
            let mut record = Record::new(stream, key, line.start.0);
            if let Some((_, shard, number)) = &place {
                (record.shard, record.sequence, record.sub) = (*shard, Some(number.clone()), sub);
            }
            record.order = line.order;
            self.add(record, data)
        });
        self.describe(id, line, part, sub);
        if place.is_none() {
            self.records.miss(id);
        }
        if known.is_some() {
            self.records.amended.add(self.ledger.cursor, id);
            data.into_iter().for_each(|data| self.records.keep_data(id, data));
        }
    }

    /// Takes down what the line says, and what it leaves open but the data says.
    fn describe(&mut self, id: u64, line: &Produce, part: Option<&Carried>, sub: Option<u64>) {
        let group: Arc<str> = part.and_then(|part| part.key.clone()).unwrap_or_else(|| line.group.as_str().into());
        let key = self.ledger.place(&group);
        let format = part.map_or(EMPTY, |part| self.ledger.place(part.format));
        let Some(record) = self.records.table.get_mut(id) else { return };
        let is_news = !record.has_put;
        record.has_put = true;
        record.key = key;
        record.sub = sub.or(record.sub);
        record.order = line.order.or(record.order);
        record.put = line.start.0;
        record.acknowledged = (line.outcome == PutOutcome::Acknowledged).then_some(line.end.0);
        record.outcome = line.outcome;
        if format != EMPTY {
            record.format = format;
        }
        let ids = line.context.clone().or_else(|| TraceIds::of(part?.span.as_ref()?));
        if let Some(ids) = ids {
            (record.trace, record.span) = (TraceId::of(&ids.trace_id), SpanId::of(&ids.span_id));
            self.sent.insert(record.span, id);
        }
        if is_news {
            self.count_put(line);
        }
    }

    fn count_put(&mut self, line: &Produce) {
        if line.outcome == PutOutcome::Acknowledged {
            self.present.totals.put += 1;
            self.present.series.bucket(line.end.0).into_iter().for_each(|bucket| bucket.put += 1);
        } else {
            let reason = line.error.as_deref().unwrap_or("no reason is known");
            self.present.failed(line.end.0, format!("a put of key {:?} did not succeed: {reason}", line.group));
        }
    }

    fn place_of(&mut self, line: &Produce) -> Option<Place> {
        let (shard, number) = (line.shard.as_ref()?, line.sequence_number.clone()?);
        Some((self.ledger.place(&line.stream), self.ledger.place(shard), number))
    }
}
