//! What mappings and functions do, as they do it.

use kinetrace::SequenceNumber;
use kinetrace::history::Timestamp;
use kinetrace_testbed::counted::Counted;
use kinetrace_testbed::event_source_mapping::{Answered, Cause, Discard, Happening, Record as Read};
use kinetrace_testbed::function::FunctionHappening;

use super::carried::Carried;
use super::ids::{SpanId, TraceId};
use super::invocation::{Invocation, Outcome};
use super::record::Record;
use super::records::Place;
use super::standing::Phase;
use super::state::Model;
use super::texts::{EMPTY, Text};
use crate::local::numbered::mapping_of;

impl Model {
    /// A mapping did something.
    pub(crate) fn mapping(&mut self, mapping: usize, at: Timestamp, happening: &Happening) {
        self.ledger.cursor += 1;
        self.ledger.see(at);
        let Some(stream) = self.mappings.get(mapping).map(|mapping| mapping.stream) else { return };
        match happening {
            Happening::ShardStarted { shard } => {
                let place = (stream, self.ledger.place(shard));
                self.shards.started(&mut self.ledger, place, at.0);
            }
            Happening::ShardEnded { shard } => {
                let place = (stream, self.ledger.place(shard));
                self.shards.ended(&mut self.ledger, place, at.0);
            }
            Happening::Read { shard, records, millis_behind_latest } => {
                let place = (stream, self.ledger.place(shard));
                self.shards.read(&mut self.ledger, place, u64::try_from(*millis_behind_latest).unwrap_or_default());
                records.iter().for_each(|record| self.read(place, at.0, record));
            }
            Happening::Filtered { shard, records } => {
                let shard = self.ledger.place(shard);
                let ids = self.all_at(stream, shard, records);
                self.go_on(mapping, &ids, Phase::Filtered);
            }
            Happening::Began { .. } => self.began(mapping, stream, at, happening),
            Happening::Ended { invocation, answered, ignored } => {
                self.ended((stream, (mapping, *invocation)), at, answered, ignored.as_ref());
            }
            Happening::Discarded(discard) => self.discarded(mapping, stream, at, discard),
            Happening::Failed(error) => self.present.failed(at.0, format!("the mapping does not go on: {error}")),
            _ => {}
        }
        self.bound_texts();
    }

    /// Something happened to an environment of a function.
    pub(crate) fn function(&mut self, function: usize, at: Timestamp, happening: &FunctionHappening) {
        self.ledger.cursor += 1;
        self.ledger.see(at);
        match happening {
            FunctionHappening::Began { environment, request_id, number: Some(number) } => {
                let (place, names) = (mapping_of(*number), (request_id.as_str(), *environment));
                self.invocations.name(self.ledger.cursor, place, names);
                self.release();
            }
            FunctionHappening::Ended { request_id, error: Some(error), .. } => {
                let text = self.ledger.place(error);
                self.invocations.failed(self.ledger.cursor, request_id, text);
            }
            FunctionHappening::Gone { environment, status } => {
                let name = self.functions.get(function).map(|function| function.name.as_str()).unwrap_or_default();
                self.present.failed(at.0, format!("environment {name}/{environment} is gone: {status}"));
            }
            _ => {}
        }
        self.environments.happened(function, at, happening);
    }

    /// A record has come out of the stream. If its put is not known yet, or never will be, its bytes say what it is.
    fn read(&mut self, (stream, shard): (Text, Text), at: u64, read: &Read) {
        let place = (stream, shard, read.sequence_number.clone());
        let known = self.records.at(&place).to_vec();
        known.iter().for_each(|id| self.records.keep_data(*id, &read.data));
        if !known.is_empty() || self.records.has_forgotten(&place) {
            return;
        }
        let arrival = u64::try_from(read.arrival_millis).ok().filter(|millis| *millis > 0);
        let arrived = arrival.map_or(at, |millis| millis * 1_000);
        let key = read.partition_key.as_deref().unwrap_or_default();
        for part in self.reading.carried(&read.data, key) {
            self.arrive(&place, key, arrived, &part, read);
        }
    }

    fn arrive(&mut self, place: &Place, key: &str, at: u64, part: &Carried, read: &Read) {
        let key = self.ledger.place(part.key.as_deref().unwrap_or(key));
        let mut record = Record::new(place.0, key, at);
        (record.shard, record.sequence, record.sub) = (place.1, Some(place.2.clone()), part.sub);
        record.format = self.ledger.place(part.format);
        if let Some(span) = &part.span {
            record.trace = TraceId::of(&span.trace_id().to_string());
            record.span = SpanId::of(&span.span_id().to_string());
        }
        self.add(record, Some(&read.data));
    }

    fn began(&mut self, mapping: usize, stream: Text, at: Timestamp, happening: &Happening) {
        let Happening::Began { invocation: number, shard, lane, records, cause, attempt } = happening else { return };
        let place = self.ledger.place(shard);
        let ids = self.all_at(stream, place, records);
        self.go_on(mapping, &ids, Phase::InFlight);
        let invocation = Invocation {
            mapping,
            number: Some(*number),
            shard: place,
            request: "".into(),
            environment: None,
            lane: *lane,
            start: at.0,
            end: None,
            outcome: Outcome::InFlight,
            cause: *cause,
            attempt: *attempt,
            size: records.len(),
            error: EMPTY,
            newest: ids.iter().copied().max().unwrap_or_else(|| self.records.table.next()),
            records: records.clone(),
        };
        self.present.totals.invocations += 1;
        if *cause == Cause::Redelivery {
            let again = Counted(records.len(), "record");
            self.present.failed(at.0, format!("delivered again although it succeeded: {again} of {shard}"));
        }
        self.invocations.begin(self.ledger.cursor, *number, invocation);
        self.release();
    }

    fn ended(
        &mut self,
        (stream, place): (Text, (usize, u64)),
        at: Timestamp,
        answered: &Answered,
        ignored: Option<&SequenceNumber>,
    ) {
        let (outcome, reason) = match answered {
            Answered::Succeeded => (Outcome::Succeeded, ""),
            Answered::Partial { .. } => (Outcome::Partial, ""),
            Answered::Failed { reason } => (Outcome::Failed, reason.as_str()),
            _ => (Outcome::Failed, "an answer that this page does not know"),
        };
        let error = self.ledger.place(reason);
        if outcome == Outcome::Failed {
            self.present.failed(at.0, format!("invocation {} failed: {reason}", place.1));
        }
        let ended = self.invocations.end(self.ledger.cursor, place, (at.0, outcome, error));
        let ids = ended.map(|(shard, numbers)| self.all_at(stream, shard, &numbers)).unwrap_or_default();
        let is_from = |id: &u64, from: &SequenceNumber| {
            self.records.table.get(*id).and_then(|it| it.sequence.as_ref()).is_some_and(|own| own >= from)
        };
        let (again, done): (Vec<u64>, Vec<u64>) = ids.into_iter().partition(|id| match answered {
            Answered::Succeeded => false,
            Answered::Partial { from } => is_from(id, from),
            _ => true,
        });
        let failed: Vec<u64> =
            done.iter().copied().filter(|id| ignored.is_some_and(|from| is_from(id, from))).collect();
        for id in failed {
            if let Some(record) = self.records.table.get_mut(id) {
                record.standings.with(place.0).failed = true;
            }
        }
        self.go_on(place.0, &done, Phase::Counted);
        self.go_on(place.0, &again, Phase::Failed);
    }

    fn discarded(&mut self, mapping: usize, stream: Text, at: Timestamp, discard: &Discard) {
        let Discard { shard, batch_size, condition, reason, records, .. } = discard;
        let numbers: Vec<_> = records.iter().map(|record| record.sequence_number.clone()).collect();
        let place = self.ledger.place(shard);
        let ids = self.all_at(stream, place, &numbers);
        let records = Counted(*batch_size, "record");
        self.present.totals.discarded += ids.len().max(*batch_size) as u64;
        self.present.failed(at.0, format!("discarded ({condition}): {records} of {shard}: {reason}"));
        self.go_on(mapping, &ids, Phase::Discarded);
    }

    fn go_on(&mut self, mapping: usize, ids: &[u64], phase: Phase) {
        for id in ids {
            if let Some(record) = self.records.table.get_mut(*id) {
                record.standings.with(mapping).phase = phase;
            }
            self.settle(*id);
        }
    }
}
