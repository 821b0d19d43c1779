//! When a history is over: what nobody saw is made of what was logged.

use std::collections::HashMap;
use std::sync::Arc;

use kinetrace::history::{ProcessOutcome, PutOutcome};
use kinetrace_testbed::event_source_mapping::Cause;

use super::attempts::Attempt;
use super::invocation::{Invocation, Outcome};
use super::lanes::pack;
use super::standing::Phase;
use super::state::Model;
use super::texts::{EMPTY, Text};

impl Model {
    /// Nothing more will come. Makes the invocations that nobody saw of the requests' ids, and finds what is lost: what was
    /// acknowledged, and not processed by every function that reads its stream.
    pub(crate) fn finish(&mut self) {
        self.ledger.cursor += 1;
        self.end();
        self.make_invocations();
        self.find_lost();
    }

    /// Nothing more will come to a run that was watched.
    pub(crate) fn end(&mut self) {
        self.is_over = true;
    }

    fn make_invocations(&mut self) {
        let mut requests: HashMap<(usize, Arc<str>), Vec<u64>> = HashMap::new();
        for (id, attempt) in self.attempts.iter().filter(|(_, it)| it.invocation.is_none()) {
            requests.entry((attempt.mapping, Arc::clone(&attempt.request))).or_default().push(id);
        }
        let made = requests.into_iter().filter_map(|((mapping, request), attempts)| {
            Some((self.invocation_of(mapping, request, &attempts)?, attempts))
        });
        let mut made: Vec<_> = made.collect();
        made.sort_by(|(a, _), (b, _)| (a.start, a.end, &a.request).cmp(&(b.start, b.end, &b.request)));
        self.assign_lanes(&mut made);
        for (invocation, attempts) in made {
            self.present.totals.invocations += 1;
            let id = self.invocations.push(self.ledger.cursor, invocation);
            for attempt in attempts {
                if let Some(attempt) = self.attempts.get_mut(attempt) {
                    attempt.invocation = Some(id);
                }
            }
        }
    }

    fn assign_lanes(&self, made: &mut [(Invocation, Vec<u64>)]) {
        let mut of_shard: HashMap<(usize, Text), Vec<usize>> = HashMap::new();
        for (index, (invocation, _)) in made.iter().enumerate() {
            of_shard.entry((invocation.mapping, invocation.shard)).or_default().push(index);
        }
        for indices in of_shard.values() {
            let spans = indices.iter().map(|index| &made[*index].0);
            let lanes = pack(spans.map(|it| (it.start, it.end.unwrap_or(it.start))));
            indices.iter().zip(lanes).for_each(|(index, lane)| made[*index].0.lane = lane);
        }
    }

    fn invocation_of(&self, mapping: usize, request: Arc<str>, attempts: &[u64]) -> Option<Invocation> {
        let own = || attempts.iter().filter_map(|id| self.attempts.get(*id));
        let records = || own().filter_map(|attempt| self.records.table.get(attempt.record));
        let start = own().map(|attempt| attempt.start).min()?;
        let done = own().filter(|it| it.is_done() || it.outcome == ProcessOutcome::Skipped).count();
        let failed = own().find(|it| it.outcome == ProcessOutcome::Failed);
        let (cause, attempt) = self.cause(mapping, start, attempts);
        Some(Invocation {
            mapping,
            number: None,
            shard: records().next().map_or(EMPTY, |record| record.shard),
            request,
            environment: None,
            lane: 0,
            start,
            end: own().map(|attempt| attempt.end).max(),
            outcome: match done {
                0 => Outcome::Failed,
                done if done == attempts.len() => Outcome::Succeeded,
                _ => Outcome::Partial,
            },
            cause,
            attempt,
            size: attempts.len(),
            error: failed.map_or(EMPTY, |attempt| attempt.error),
            newest: own().map(|attempt| attempt.record).max().unwrap_or_default(),
            records: Vec::new(),
        })
    }

    /// Why the records went to the function, by what had happened to them before, and how often they had been there.
    fn cause(&self, mapping: usize, start: u64, attempts: &[u64]) -> (Cause, u32) {
        let before = |id: &u64| -> Option<Vec<&Attempt>> {
            let record = self.records.table.get(self.attempts.get(*id)?.record)?;
            let others = record.attempts.iter().filter_map(|id| self.attempts.get(*id));
            Some(others.filter(|it| it.mapping == mapping && it.start < start).collect())
        };
        let most = attempts.iter().filter_map(before).max_by_key(Vec::len).unwrap_or_default();
        let cause = match most.iter().any(|it| it.is_done()) {
            _ if most.is_empty() => Cause::Fresh,
            true => Cause::Redelivery,
            false => Cause::Retry,
        };
        (cause, u32::try_from(most.len()).unwrap_or(u32::MAX))
    }

    fn find_lost(&mut self) {
        let unwatched = self.mappings.iter().enumerate().filter(|(_, mapping)| mapping.settings.is_none());
        let unwatched: Vec<_> = unwatched.map(|(place, mapping)| (place, mapping.stream)).collect();
        let ids: Vec<u64> = self.records.table.iter().map(|(id, _)| id).collect();
        for id in ids {
            let Some(record) = self.records.table.get_mut(id) else { continue };
            if !record.has_put || record.outcome != PutOutcome::Acknowledged {
                continue;
            }
            for (mapping, _) in unwatched.iter().filter(|(_, stream)| *stream == record.stream) {
                let standing = record.standings.with(*mapping);
                if !standing.succeeded && !standing.skipped {
                    (standing.phase, standing.failed) = (Phase::Counted, true);
                }
            }
            self.settle(id);
        }
    }
}
