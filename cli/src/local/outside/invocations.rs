//! Lines about processings, as they are seen at the mapping.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use kinetrace::SequenceNumber;
use kinetrace::history::{FILTERED, Process, ProcessOutcome, Timestamp};
use kinetrace_testbed::event_source_mapping::{Answered, Happening};

use super::PATIENCE;
use super::attempts::Attempt;
use super::known::Known;
use super::own_first::OwnFirst;
use super::recent::hash;
use super::running::{Began, Running};

/// A mapping, by names.
#[derive(Debug, Clone)]
pub(in crate::local) struct Mapped {
    pub(in crate::local) stream: Arc<str>,
    pub(in crate::local) function: Arc<str>,
}

/// The invocations of all mappings.
#[derive(Debug)]
pub(in crate::local) struct Invocations {
    mappings: Vec<Mapped>,
    /// By mapping and number. What mapping and function report of an invocation comes in any order.
    running: HashMap<(usize, u64), Running>,
    /// Those that have ended, though no environment is known to have had them.
    ended: VecDeque<(u64, (usize, u64))>,
    lines: OwnFirst<Process>,
    /// The ids of requests that are over, with the latest in front.
    over: VecDeque<((usize, u64), Arc<str>)>,
}

/// So many requests are remembered that are over.
const OVER: usize = 1_000;

impl Invocations {
    pub(in crate::local) fn new(mappings: Vec<Mapped>) -> Self {
        Self {
            mappings,
            running: HashMap::new(),
            ended: VecDeque::new(),
            lines: OwnFirst::default(),
            over: VecDeque::new(),
        }
    }

    /// A function's own line has come. Returns whether it counts: it came in time.
    pub(in crate::local) fn own(&mut self, line: &Process) -> bool {
        self.lines.own(about(line))
    }

    /// An environment was handed the invocation of a mapping.
    pub(in crate::local) fn handed_out(
        &mut self,
        (mapping, invocation): (usize, u64),
        request_id: &str,
        at: Timestamp,
        now: u64,
    ) {
        self.running.entry((mapping, invocation)).or_default().handed_out = Some((request_id.into(), at));
        self.conclude((mapping, invocation), false, now);
    }

    /// A mapping did something, at this time, which is heard of now. Its records are those that are known.
    pub(in crate::local) fn outside(
        &mut self,
        mapping: usize,
        (at, now): (Timestamp, u64),
        happening: &Happening,
        known: &Known,
    ) {
        let Some(Mapped { stream, .. }) = self.mappings.get(mapping) else { return };
        match happening {
            Happening::Began { invocation, shard, records, .. } => {
                let with_parts = |number: &SequenceNumber| (number.clone(), known.get(stream, shard, number));
                let records = records.iter().map(with_parts).collect();
                let began = Began { shard: shard.as_str().into(), start: at, records };
                self.running.entry((mapping, *invocation)).or_default().began = Some(began);
            }
            Happening::Ended { invocation, answered, ignored } => {
                let id = (mapping, *invocation);
                self.running.entry(id).or_default().ended = Some((at, answered.clone(), ignored.clone()));
                self.ended.push_back((now, id));
                self.conclude(id, false, now);
            }
            Happening::Filtered { shard, records } => self.filtered(mapping, (at, now), shard, records, known),
            _ => {}
        }
    }

    /// The id of the request of an invocation, if it is not long over.
    pub(in crate::local) fn request_id(&self, mapping: usize, invocation: u64) -> Option<Arc<str>> {
        let id = (mapping, invocation);
        let running = self.running.get(&id).and_then(|running| running.handed_out.as_ref());
        let over = || self.over.iter().find(|(other, _)| *other == id).map(|(_, request_id)| Arc::clone(request_id));
        running.map(|(request_id, _)| Arc::clone(request_id)).or_else(over)
    }

    /// The lines that have waited long enough.
    pub(in crate::local) fn due(&mut self, now: u64) -> Vec<Process> {
        while let Some((since, id)) = self.ended.pop_front_if(|(since, _)| now.saturating_sub(*since) >= PATIENCE / 2) {
            self.conclude(id, true, since);
        }
        self.lines.due(now)
    }

    /// All lines that wait: nothing more will come.
    pub(in crate::local) fn rest(&mut self) -> Vec<Process> {
        self.due(u64::MAX)
    }

    /// Makes the lines of an invocation's records, if everything about it is known, or has to be.
    fn conclude(&mut self, id: (usize, u64), must: bool, now: u64) {
        let is_over = |it: &Running| it.began.is_some() && it.ended.is_some() && (must || it.handed_out.is_some());
        if !self.running.get(&id).is_some_and(is_over) {
            return;
        }
        let Some(Running { began: Some(began), handed_out, ended: Some((end, answered, ignored)) }) =
            self.running.remove(&id)
        else {
            return;
        };
        let Mapped { stream, function } = &self.mappings[id.0];
        let Began { shard, start, records } = &began;
        // One that no environment had cannot have a line of its own.
        let (request_id, start) =
            handed_out.unwrap_or_else(|| (format!("mapping-{}-invocation-{}", id.0, id.1).into(), *start));
        self.over.truncate(OVER);
        self.over.push_front((id, Arc::clone(&request_id)));
        let attempt = Attempt {
            stream,
            function,
            shard,
            request_id: &request_id,
            number: id.1,
            start,
            end,
            records,
            answered: &answered,
            ignored: ignored.as_ref(),
        };
        for line in attempt.lines() {
            self.lines.outside(about(&line), line, now);
        }
    }

    /// The mapping is done with them, and no function has to be.
    fn filtered(
        &mut self,
        mapping: usize,
        (at, now): (Timestamp, u64),
        shard: &str,
        records: &[SequenceNumber],
        known: &Known,
    ) {
        let Some(Mapped { stream, function }) = self.mappings.get(mapping) else { return };
        let with_parts = |number: &SequenceNumber| (number.clone(), known.get(stream, shard, number));
        let attempt = Attempt {
            stream,
            function,
            shard: &shard.into(),
            // There is no request. Two mappings of one stream may filter the same record, and each has its line.
            request_id: &format!("mapping-{mapping}-filter").into(),
            number: 0,
            start: at,
            end: at,
            records: &records.iter().map(with_parts).collect::<Vec<_>>(),
            answered: &Answered::Succeeded,
            ignored: None,
        };
        for mut line in attempt.lines() {
            (line.outcome, line.format) = (ProcessOutcome::SkippedByHandler, FILTERED.into());
            line.error = Some("no filter pattern of the mapping matches it".to_owned());
            line.batch = None;
            self.lines.outside(about(&line), line, now);
        }
    }
}

/// What a line is about: a record in an invocation.
fn about(line: &Process) -> u64 {
    hash(&(&line.request_id, &line.shard, &line.sequence_number, line.sub_sequence_number))
}

#[cfg(test)]
mod tests;
