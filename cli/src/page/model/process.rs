//! Processings: what a consumer says of a record.

use std::sync::Arc;

use kinetrace::history::{Process, ProcessOutcome, UNKNOWN};

use super::attempts::Attempt;
use super::ids::{SpanId, TraceId};
use super::record::Record;
use super::records::{Place, Unplaced};
use super::standing::Phase;
use super::state::Model;
use super::texts::EMPTY;

/// So long a line waits for its invocation, in microseconds of the run, and so many lines do.
const HOLD_MICROS: u64 = 2_000_000;
const MOST_HELD: usize = 1_000;

impl Model {
    /// A record was processed. What watches the function may be a little slower than the function's own line, so a line of an
    /// invocation that nobody has seen begin waits for that.
    pub(crate) fn process(&mut self, line: &Process) {
        self.ledger.cursor += 1;
        self.ledger.see(line.start);
        self.ledger.see(line.end);
        let mapping = self.mapping_of(line);
        let is_watched = self.mappings.get(mapping).is_some_and(|mapping| mapping.settings.is_some());
        if is_watched && self.invocations.of_request(&line.request_id).is_none() {
            self.held.push_back(line.clone());
        } else {
            self.processed(mapping, line);
        }
        self.release();
        self.bound_texts();
    }

    /// Takes the lines whose invocation is known by now, and those that have waited for long enough.
    pub(super) fn release(&mut self) {
        let long_ago = self.ledger.now().saturating_sub(HOLD_MICROS);
        for _ in 0..self.held.len() {
            let Some(line) = self.held.pop_front() else { break };
            let is_known = self.invocations.of_request(&line.request_id).is_some();
            if is_known || line.end.0 < long_ago || self.held.len() >= MOST_HELD {
                let mapping = self.mapping_of(&line);
                self.processed(mapping, &line);
            } else {
                self.held.push_back(line);
            }
        }
    }

    fn processed(&mut self, mapping: usize, line: &Process) {
        for id in self.records_of(line) {
            self.attempt(id, mapping, line);
        }
    }

    /// The records that the line is about: one, or all those of an aggregate that was not taken apart.
    fn records_of(&mut self, line: &Process) -> Vec<u64> {
        let place = (self.ledger.place(&line.stream), self.ledger.place(&line.shard), line.sequence_number.clone());
        if line.sequence_number.as_str() == UNKNOWN {
            return vec![self.found(line, None)];
        }
        self.bring_back(&place);
        let known = match line.sub_sequence_number {
            None => self.records.at(&place).to_vec(),
            sub => self.records.within(&place, sub).into_iter().collect(),
        };
        if let [id] = known[..] {
            self.learn(id, line);
        }
        if known.is_empty() && !self.records.has_forgotten(&place) {
            let id = self.missing_put(line, &place).unwrap_or_else(|| self.found(line, Some(place)));
            return vec![id];
        }
        known
    }

    /// A put of which no answer came is found in the stream by its count.
    fn missing_put(&mut self, line: &Process, place: &Place) -> Option<u64> {
        let key = self.ledger.texts.known(line.group.as_deref()?)?;
        let id = self.records.find_unplaced(&Unplaced::new(place.0, key, Some(line.order?), 0))?;
        self.records.found(id, place, line.sub_sequence_number);
        let state = self.records.table.get(id).map(|record| record.state);
        self.shards.shard_if_any(&mut self.ledger, (place.0, place.1));
        self.shards.moved((place.0, place.1), id, None, state);
        self.learn(id, line);
        Some(id)
    }

    /// A record that nothing was known of.
    fn found(&mut self, line: &Process, place: Option<Place>) -> u64 {
        let key = self.ledger.place(line.group.as_deref().unwrap_or_default());
        let stream = self.ledger.place(&line.stream);
        let mut record = Record::new(stream, key, line.start.0);
        if let Some((_, shard, number)) = place {
            (record.shard, record.sequence, record.sub) = (shard, Some(number), line.sub_sequence_number);
        }
        let id = self.add(record, None);
        self.learn(id, line);
        id
    }

    /// What the line says of the record that is not known yet.
    fn learn(&mut self, id: u64, line: &Process) {
        let format = self.ledger.place(&line.format);
        let Some(record) = self.records.table.get_mut(id) else { return };
        let before = (record.format, record.sub, record.trace);
        if record.format == EMPTY {
            record.format = format;
        }
        record.sub = record.sub.or(line.sub_sequence_number);
        if let Some(ids) = line.context.as_ref().filter(|_| record.trace.is_none()) {
            (record.trace, record.span) = (TraceId::of(&ids.trace_id), SpanId::of(&ids.span_id));
        }
        if before != (record.format, record.sub, record.trace) {
            self.records.amended.add(self.ledger.cursor, id);
        }
    }

    fn attempt(&mut self, id: u64, mapping: usize, line: &Process) {
        let error = line.error.as_deref().map_or(EMPTY, |error| self.ledger.place(error));
        let (trace, span) = line.span.as_ref().map(ids).unwrap_or_default();
        let attempt = Attempt {
            record: id,
            mapping,
            invocation: self.invocations.of_request(&line.request_id),
            request: self.request(&line.request_id),
            start: line.start.0,
            end: line.end.0,
            outcome: line.outcome,
            trace,
            span,
            relation: line.relation,
            error,
            payload_crc32: line.payload_crc32,
        };
        let Some(record) = self.records.table.get_mut(id) else { return };
        if record.attempts.iter().filter_map(|it| self.attempts.get(*it)).any(|it| it.is_same(&attempt)) {
            return;
        }
        record.attempts.push(self.attempts.push(self.ledger.cursor, attempt));
        let standing = record.standings.with(mapping);
        standing.attempts = standing.attempts.saturating_add(1);
        let is_again = standing.attempts > 1;
        standing.succeeded |= line.outcome == ProcessOutcome::Succeeded;
        standing.skipped |= matches!(line.outcome, ProcessOutcome::Skipped | ProcessOutcome::SkippedByHandler);
        standing.failed |= matches!(line.outcome, ProcessOutcome::Failed | ProcessOutcome::NotReached);
        // Where nobody watches the mapping, what the consumer says is all there is.
        if self.mappings.get(mapping).is_some_and(|mapping| mapping.settings.is_none()) {
            let is_done = standing.succeeded || standing.skipped;
            standing.phase = if is_done { Phase::Counted } else { Phase::Failed };
        }
        let age = line.start.0.saturating_sub(record.since());
        self.count(line, is_again, age);
        self.settle(id);
    }

    fn count(&mut self, line: &Process, is_again: bool, age: u64) {
        let is_failed = matches!(line.outcome, ProcessOutcome::Failed | ProcessOutcome::NotReached);
        let is_processed = line.outcome == ProcessOutcome::Succeeded;
        let totals = &mut self.present.totals;
        totals.processed += u64::from(is_processed);
        totals.failed += u64::from(is_failed);
        totals.again += u64::from(is_again);
        // What is skipped or filtered out has been processed by nobody.
        if (is_processed || is_failed)
            && let Some(bucket) = self.present.series.bucket(line.end.0)
        {
            bucket.processed += u64::from(is_processed);
            bucket.failed += u64::from(is_failed);
            bucket.age_ms = bucket.age_ms.max(age / 1_000);
        }
        if line.outcome == ProcessOutcome::Failed {
            let key = line.group.as_deref().unwrap_or_default();
            let reason = line.error.as_deref().unwrap_or("no reason is known");
            self.present.failed(line.end.0, format!("processing a record of key {key:?} failed: {reason}"));
        }
    }

    /// Lines of one invocation stand together as a rule, and share its id.
    fn request(&self, id: &Arc<str>) -> Arc<str> {
        let last = self.attempts.iter().next_back().map(|(_, attempt)| &attempt.request);
        Arc::clone(last.filter(|last| *last == id).unwrap_or(id))
    }
}

fn ids(ids: &kinetrace::history::TraceIds) -> (TraceId, SpanId) {
    (TraceId::of(&ids.trace_id), SpanId::of(&ids.span_id))
}
