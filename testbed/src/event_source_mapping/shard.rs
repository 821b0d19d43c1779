//! One shard: reads it, divides it into lanes, invokes the function, until the shard has ended.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use kinetrace::SequenceNumber;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::batch::{Expired, Settled};
use super::discard::{Discard, LastAttempt};
use super::error::Error;
use super::event::EventWriter;
use super::happening::Happening;
use super::invocation::{Invoked, Planned, invoke};
use super::invoke::Invoke;
use super::lanes::Lanes;
use super::mapping::Mapping;
use super::outcome::Outcome;
use super::places::Places;
use super::poller::{Page, Poller};
use super::record::Record;
use super::starting_position::StartingPosition;

/// Why a shard's task is over.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The shard was closed by a split or a merge, and all its records are settled.
    Exhausted(String),
    /// The mapping was stopped.
    Stopped,
}

/// Works on a shard; on a stop, waits for the invocations in flight and begins no others.
pub(super) async fn run<I: Invoke>(
    mapping: Arc<Mapping<I>>,
    id: String,
    start: StartingPosition,
    mut stop: watch::Receiver<bool>,
) -> Result<End, Error> {
    let writer = EventWriter::new(&mapping.stream, &id);
    let (sender, mut pages) = mpsc::channel(1);
    // A set, because it ends the poller when this task is over.
    let mut poller = JoinSet::new();
    poller.spawn(Poller::new(Arc::clone(&mapping), &id, start).run(sender));
    if start != StartingPosition::TrimHorizon {
        mapping.progress.send_modify(|progress| progress.reading(&id).start_late());
    }
    let mut shard = Shard::new(&mapping, &id);
    let mut in_flight = FuturesUnordered::new();
    let mut stopping = false;
    loop {
        while let Some(planned) = (!stopping).then(|| shard.next()).flatten() {
            in_flight.push(invoke(&mapping, &id, &writer, planned));
        }
        let due = shard.lanes.due();
        if stopping && in_flight.is_empty() {
            return Ok(End::Stopped);
        }
        if shard.has_ended() {
            return Ok(End::Exhausted(id.clone()));
        }
        tokio::select! {
            Some(invoked) = in_flight.next() => shard.settle(invoked),
            page = pages.recv(), if !stopping && shard.has_room() => match page {
                Some(page) => shard.read(page?),
                None => shard.end(),
            },
            Some(records) = shard.asked.recv(), if !stopping => shard.lanes.redeliver(records),
            () = mapping.clock.until(due), if due.is_some() && !stopping => {}
            _ = stop.wait_for(|stop| *stop), if !stopping => stopping = true,
        }
    }
}

/// What is known of a shard between its reads and the invocations.
struct Shard<'a, I> {
    mapping: &'a Mapping<I>,
    id: &'a str,
    lanes: Lanes,
    places: Places,
    /// Records that are to be delivered once more.
    asked: UnboundedReceiver<Vec<Record>>,
    /// Whether there may be more to read.
    open: bool,
}

impl<'a, I> Shard<'a, I> {
    fn new(mapping: &'a Mapping<I>, id: &'a str) -> Self {
        let lanes = Lanes::new(mapping.settings.clone(), seed_of(mapping.settings.seed, id));
        Self { mapping, id, lanes, places: Places::default(), asked: mapping.redeliveries.open(id), open: true }
    }

    /// Whether the next page may be taken.
    fn has_room(&self) -> bool {
        self.open && self.lanes.has_room()
    }

    /// The next invocation, unless nothing may run now.
    fn next(&mut self) -> Option<Planned> {
        self.lanes.tick(self.mapping.clock.now());
        let batch = self.lanes.take();
        for Expired { records, failures } in self.lanes.expired() {
            self.give_up(Discard::too_old(self.id, records, failures));
        }
        let batch = batch?;
        let window = self.lanes.window(&batch);
        Some(Planned { place: self.places.take(), batch, window })
    }

    /// Takes in what a read brought.
    fn read(&mut self, page: Page) {
        let filters = &self.mapping.settings.filters;
        let filtered: Vec<_> = page.records.iter().filter(|record| !filters.pass(record)).map(number).collect();
        self.mapping.progress.send_modify(|progress| {
            progress.reading(self.id).record(page.records.iter().map(number));
            filtered.iter().for_each(|number| progress.settle(self.id, number));
        });
        self.lanes.tick(self.mapping.clock.now());
        let is_filtered = |record: &Record| filtered.binary_search(&record.sequence_number).is_ok();
        page.records.into_iter().filter(|record| !is_filtered(record)).for_each(|record| self.lanes.push(record));
        if page.is_tip {
            self.lanes.caught_up();
        }
        if !filtered.is_empty() {
            self.mapping.tell(|| Happening::Filtered { shard: self.id.to_owned(), records: filtered });
        }
    }

    /// Takes down that the shard was read to its end.
    fn end(&mut self) {
        self.mapping.progress.send_modify(|progress| progress.reading(self.id).end());
        self.lanes.end();
        self.open = false;
    }

    /// Takes down that records were given up.
    fn give_up(&self, discard: Option<Discard>) {
        if let Some(discard) = discard {
            self.mapping.progress.send_modify(|progress| progress.give_up(self.id, &discard));
            self.mapping.tell(|| Happening::Discarded(discard));
        }
    }

    /// Takes down how an invocation ended.
    fn settle(&mut self, invoked: Invoked) {
        let Invoked { number, place, batch, outcome, state } = invoked;
        self.places.free(place);
        self.lanes.keep(state);
        let last = LastAttempt { invocation: number, function_failed: matches!(outcome, Outcome::Failure { .. }) };
        let attempts = batch.failures + 1;
        let Settled { done, discarded } = self.lanes.settle(batch, &outcome);
        self.mapping.progress.send_modify(|progress| progress.record(self.id, &done));
        self.mapping.redeliveries.remember(number, self.id, done);
        self.give_up(
            discarded.and_then(|(records, reason)| Discard::exhausted(self.id, records, reason, attempts, last)),
        );
    }

    /// Whether every record of the shard is settled and there will be no more.
    fn has_ended(&mut self) -> bool {
        if self.open || !self.lanes.is_empty() {
            return false;
        }
        self.mapping.redeliveries.close(self.id);
        // What was asked before the shard was closed to it.
        while let Ok(records) = self.asked.try_recv() {
            self.lanes.redeliver(records);
        }
        self.lanes.is_empty()
    }
}

fn number(record: &Record) -> SequenceNumber {
    record.sequence_number.clone()
}

/// A seed for each shard, so that shards do not make the same choices.
fn seed_of(seed: u64, shard: &str) -> u64 {
    shard.bytes().fold(seed, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()))
}
