//! Which records were joined to their traces, found out while spans and lines arrive, in any order.
//!
//! The same question as in `joined`, for runs whose spans do not fit into memory: a record is joined if the span that it was
//! sent with reached the collector, and a process span of that record that links to it, or is below it by an unbroken line
//! of parents. What belongs together is forgotten once it has met.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use kinetrace::history::{Process, Produce, TraceIds};
use kinetrace_testbed::collector::{Kind, Span};

use super::generations::Generations;
use crate::joined::record_of;

/// How many of each kind wait for their counterparts, or are remembered for them, before the oldest are given up. Far more than there are records in flight:
/// what waits after so many others waits for a span that was lost.
const CAPACITY: usize = 131_072;

/// The traces of a run, so far.
#[derive(Debug)]
pub(super) struct Traces {
    /// By the id of the span that a record was sent with.
    sent: Generations<Sent>,
    /// Process spans that wait for the arrival of the span of this id, to which their line of parents leads.
    climbing: Generations<Vec<Processed>>,
    /// The parents of spans that arrived.
    parents: Generations<Option<u64>>,
    /// Process spans that a line names, or that arrived, by id, until both have come.
    processings: Generations<Option<Came>>,
    counts: Counts,
}

/// How the traces of a run came out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Records that are joined.
    pub(super) joined: usize,
    /// Spans that records were sent with, process spans and invocations that did not arrive.
    pub(super) lost: u64,
    /// Invocations whose spans arrived.
    invocations: u64,
}

/// What is known of a record that was sent with a context.
#[derive(Debug, Default)]
struct Sent {
    line: Option<Processed>,
    /// The trace of the span that arrived.
    created: Option<u128>,
    processed: Vec<Processed>,
}

/// A trace, and the place of a record in the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Processed {
    trace: u128,
    place: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    Line,
    Span,
}

impl Traces {
    pub(super) fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    fn with_capacity(capacity: usize) -> Self {
        Self {
            sent: Generations::new(capacity),
            climbing: Generations::new(capacity),
            parents: Generations::new(capacity),
            processings: Generations::new(capacity),
            counts: Counts::default(),
        }
    }

    /// How much waits for its counterpart.
    pub(super) fn waiting(&self) -> usize {
        self.sent.len() + self.climbing.len() + self.processings.len()
    }

    /// Records that are joined so far.
    pub(super) fn joined(&self) -> usize {
        self.counts.joined
    }

    /// Takes down with which context a record was sent.
    pub(super) fn produced(&mut self, line: &Produce) {
        let place = line.shard.as_deref().zip(line.sequence_number.as_ref());
        let (Some((trace, id)), Some((shard, number))) = (line.context.as_ref().and_then(ids), place) else { return };
        let climbed = self.climbing.remove(id).unwrap_or_default();
        self.expect(id, |sent| {
            sent.line = Some(Processed { trace, place: place_of(shard, number.as_str()) });
            sent.processed.extend(climbed);
        });
    }

    /// Takes down that a record was processed, and in which span.
    pub(super) fn processed(&mut self, line: &Process) {
        if let Some((_, id)) = line.span.as_ref().and_then(ids) {
            self.meet(id, Came::Line);
        }
    }

    /// Takes a span that arrived.
    pub(super) fn arrived(&mut self, span: &Span) {
        let Some((trace, id)) = parse(&span.trace_id, &span.span_id) else { return };
        let parent = span.parent_span_id.as_deref().and_then(hex);
        match span.kind {
            Kind::Producer => {
                let climbed = self.climbing.remove(id).unwrap_or_default();
                self.expect(id, |sent| {
                    sent.created = Some(trace);
                    sent.processed.extend(climbed);
                });
                return;
            }
            Kind::Consumer => self.process(span, trace, id, parent),
            Kind::Server => self.counts.invocations += 1,
            _ => {}
        }
        *self.parents.entry(id).0 = parent;
        for below in self.climbing.remove(id).unwrap_or_default() {
            self.climb(parent, below);
        }
    }

    /// What it comes to, once everything has arrived that will, of a run with so many invocations.
    pub(super) fn finish(self, invocations: u64) -> Counts {
        let Self { sent, processings, mut counts, .. } = self;
        counts.lost += sent.into_values().map(Sent::lost).sum::<u64>();
        counts.lost += processings.into_values().map(lost).sum::<u64>();
        counts.lost += invocations.saturating_sub(counts.invocations);
        counts
    }

    fn process(&mut self, span: &Span, trace: u128, id: u64, parent: Option<u64>) {
        let Some((shard, number)) = record_of(span) else { return };
        self.meet(id, Came::Span);
        let place = place_of(shard, &number);
        for link in &span.links {
            if let Some((trace, id)) = parse(&link.trace_id, &link.span_id) {
                self.expect(id, |sent| sent.processed.push(Processed { trace, place }));
            }
        }
        self.climb(parent, Processed { trace, place });
    }

    /// Follows the line of parents to the span that a record was sent with, or as far as spans have arrived.
    fn climb(&mut self, mut parent: Option<u64>, processed: Processed) {
        while let Some(id) = parent {
            if self.sent.get_mut(id).is_some() {
                return self.expect(id, |sent| sent.processed.push(processed));
            }
            parent = match self.parents.get_mut(id) {
                Some(next) => *next,
                None => return self.climbing.entry(id).0.push(processed),
            };
        }
    }

    fn expect(&mut self, id: u64, note: impl FnOnce(&mut Sent)) {
        let (sent, given_up) = self.sent.entry(id);
        self.counts.lost += given_up.map(Sent::lost).sum::<u64>();
        note(sent);
        if sent.is_joined() {
            self.counts.joined += 1;
            self.sent.remove(id);
        }
    }

    fn meet(&mut self, id: u64, came: Came) {
        let (other, given_up) = self.processings.entry(id);
        self.counts.lost += given_up.map(lost).sum::<u64>();
        match *other {
            Some(other) if other != came => drop(self.processings.remove(id)),
            _ => *other = Some(came),
        }
    }
}

impl Sent {
    fn is_joined(&self) -> bool {
        self.line.is_some_and(|line| self.created == Some(line.trace) && self.processed.contains(&line))
    }

    /// Whether the span is missing that a record was sent with.
    fn lost(self) -> u64 {
        u64::from(self.line.is_some() && self.created.is_none())
    }
}

/// Whether a process span is missing that a line names. A line is missing where a function was killed.
fn lost(came: Option<Came>) -> u64 {
    u64::from(came == Some(Came::Line))
}

fn ids(ids: &TraceIds) -> Option<(u128, u64)> {
    parse(&ids.trace_id, &ids.span_id)
}

fn parse(trace: &str, span: &str) -> Option<(u128, u64)> {
    Some((u128::from_str_radix(trace, 16).ok()?, hex(span)?))
}

fn hex(id: &str) -> Option<u64> {
    u64::from_str_radix(id, 16).ok()
}

/// A digest: the names of all shards and numbers would take more room than all else.
fn place_of(shard: &str, number: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (shard, number).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
