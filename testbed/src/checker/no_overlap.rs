//! Property: no overlap.

use std::collections::{HashMap, HashSet};

use kinetrace::history::ProcessOutcome;

use super::ids::RequestId;
use super::in_batch::{self, InBatch};
use super::names::{KeyId, Names};
use super::position::Position;
use super::processing::Processing;
use super::property::{Finding, Property};
use super::record::show_key;
use super::violation::{RecordId, Violation};
use crate::printable::Printable;

pub(super) fn property() -> Property {
    Property::new("no overlap", "no two processings of a key at the same time")
}

/// How far the processings of a key by a function were looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Sweep {
    running: Latest,
    /// When the last one started.
    start: u64,
}

/// Of those that have started.
#[derive(Debug, Clone, Default)]
struct Latest {
    /// The one that ends last.
    last: Option<Running>,
    /// The one that ends last of those that were not handed over together with that one. One that was handed over together with
    /// the first overlaps this one, if any.
    apart: Option<Running>,
}

#[derive(Debug, Clone, Copy)]
struct Running {
    start: u64,
    end: u64,
    request: RequestId,
    batch: Option<InBatch>,
    is_outside: bool,
    found: Position,
}

/// Checked on every processing, failed ones and redeliveries included, but for copies that were skipped and records that were
/// filtered, since nothing was done with them: it does not start before an earlier one of its key has ended. One that starts in the very
/// microsecond of the other's end does not overlap it. Nor do the records of a batch that was handed over as one, where each
/// has its own place, nor those of one invocation that is seen from outside: nobody knows what it did when.
///
/// The processings are those of one key by one function, in the order of their starts. Returns how many came so late
/// that it cannot be told what they overlap.
pub(super) fn check<'p>(
    property: &mut Property,
    sweep: &mut Sweep,
    processings: impl Iterator<Item = &'p Processing>,
    key: KeyId,
    tolerance: u64,
    names: &Names,
) -> u64 {
    let mut undecided = 0;
    let mut of_invocation: HashMap<RequestId, Latest> = HashMap::new();
    for processing in processings.filter(|it| it.outcome != ProcessOutcome::Skipped && !it.is_filtered) {
        let own = Running::of(processing);
        let overlaps = |running: &Running, by: u64| {
            running.end > own.start.saturating_add(by)
                && running.start < own.end.max(own.start + 1)
                && !running.is_together_with(&own)
        };
        let running = sweep.running.find(|running| overlaps(running, 0));
        undecided += u64::from(processing.start < sweep.start && running.is_none());
        let of_invocation = of_invocation.entry(processing.request).or_default();
        let same_clock = of_invocation.find(|running| overlaps(running, 0));
        let certain = same_clock.or_else(|| sweep.running.find(|running| overlaps(running, tolerance)));
        property.count(Finding::of(running.is_some(), certain.is_some()), || {
            certain.map(|running| fault(processing, &running, key, names)).unwrap_or_default()
        });
        if tolerance > 0 {
            of_invocation.add(own);
        }
        sweep.running.add(own);
        sweep.start = sweep.start.max(processing.start);
    }
    undecided
}

/// Leaves out what is seen from outside of invocations that tell more of themselves: of a function that was killed, say, the
/// lines of what it got to are its own, and those of the rest are not.
pub(super) fn believe_own_lines(processings: &mut Vec<&Processing>) {
    if processings.iter().any(|it| it.is_outside) {
        let telling: HashSet<_> = processings.iter().filter(|it| !it.is_outside).map(|it| it.request).collect();
        processings.retain(|it| !it.is_outside || !telling.contains(&it.request));
    }
}

fn fault(processing: &Processing, running: &Running, key: KeyId, names: &Names) -> Violation {
    let text = format!(
        "key {} of stream {}: {} ({}) started at {} µs, while {} (request {}) ran from {} to {} µs",
        show_key(names.group_of(key)),
        Printable(names.text(names.stream_of(key))),
        processing.found.show(names),
        processing.show_request(names),
        processing.start,
        running.found.show(names),
        Printable(&running.request.text(names)),
        running.start,
        running.end,
    );
    Violation::new(text, [processing.found, running.found].map(|found| RecordId::at(found, key, names)))
}

impl Running {
    fn of(processing: &Processing) -> Self {
        let Processing { start, end, request, batch, is_outside, found, .. } = *processing;
        Self { start, end, request, batch, is_outside, found }
    }

    fn is_together_with(&self, other: &Self) -> bool {
        let is_one_call = self.request == other.request && (self.is_outside || other.is_outside);
        is_one_call || in_batch::are_together(self.batch, other.batch)
    }
}

impl Latest {
    fn add(&mut self, own: Running) {
        let is_later = |than: Option<Running>| than.is_none_or(|than| than.end < own.end);
        let is_together = self.last.is_some_and(|last| last.is_together_with(&own));
        if is_later(self.last) {
            self.apart = if is_together { self.apart } else { self.last };
            self.last = Some(own);
        } else if !is_together && is_later(self.apart) {
            self.apart = Some(own);
        }
    }

    fn find(&self, overlaps: impl Fn(&Running) -> bool) -> Option<Running> {
        [self.last, self.apart].into_iter().flatten().find(overlaps)
    }
}
