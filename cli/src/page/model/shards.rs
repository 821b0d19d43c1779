//! Streams and their shards: ranges, lineage, and what waits there.

use std::collections::{BTreeSet, HashMap};

use kinetrace::history::{Partitions, Shard as ShardLine};
use serde_json::{Value, json};

use super::aside::Aside;
use super::ledger::Ledger;
use super::standing::State;
use super::texts::{EMPTY, Renumbered, Text};

const NONE: BTreeSet<u64> = BTreeSet::new();

/// A shard, or a partition of a topic.
#[derive(Debug)]
pub(in crate::page) struct Shard {
    stream: Text,
    shard: Text,
    /// First and last hash key, in decimal; `None` if nobody has told.
    range: Option<(String, String)>,
    parents: Vec<Text>,
    opened: Option<u64>,
    closed: Option<u64>,
    /// What has yet to be processed.
    open: BTreeSet<u64>,
    in_flight: usize,
    /// Until when it is throttled on demand.
    throttled: u64,
    /// `MillisBehindLatest` of the last read.
    behind_ms: u64,
}

#[derive(Debug, Default)]
pub(in crate::page) struct Shards {
    list: Vec<Shard>,
    places: HashMap<(Text, Text), usize>,
    /// How many records, of all shards, a function has or will have once more.
    tried: usize,
    /// When a shard was added, or one of its times, last.
    pub(in crate::page) changed: u64,
}

impl Shards {
    pub(in crate::page) fn shard(&mut self, ledger: &mut Ledger, stream: Text, shard: Text) -> &mut Shard {
        let place = *self.places.entry((stream, shard)).or_insert_with(|| {
            self.changed = ledger.cursor;
            self.list.push(Shard {
                stream,
                shard,
                range: None,
                parents: Vec::new(),
                opened: None,
                closed: None,
                open: BTreeSet::new(),
                in_flight: 0,
                throttled: 0,
                behind_ms: 0,
            });
            self.list.len() - 1
        });
        &mut self.list[place]
    }

    /// Takes note of a shard, unless that is not known.
    pub(in crate::page) fn shard_if_any(&mut self, ledger: &mut Ledger, place: (Text, Text)) {
        if place.1 != EMPTY {
            self.shard(ledger, place.0, place.1);
        }
    }

    pub(in crate::page) fn describe(&mut self, ledger: &mut Ledger, line: &ShardLine) {
        let (stream, shard) = (ledger.place(&line.stream), ledger.place(&line.shard));
        let parents: Vec<_> = line.parents.iter().map(|parent| ledger.place(parent)).collect();
        let range = Some((line.first_hash_key.to_string(), line.last_hash_key.to_string()));
        let (opened, now) = ((!parents.is_empty()).then(|| ledger.now()), ledger.now());
        for parent in &parents {
            let parent = self.shard(ledger, stream, *parent);
            parent.closed = parent.closed.or(Some(now));
        }
        let own = self.shard(ledger, stream, shard);
        if own.range != range || own.parents != parents {
            (own.range, own.parents) = (range, parents);
            own.opened = own.opened.or(opened);
            self.changed = ledger.cursor;
        }
    }

    pub(in crate::page) fn describe_partitions(&mut self, ledger: &mut Ledger, line: &Partitions) {
        let stream = ledger.place(&line.stream);
        // A topic of more has more lines than that anyway.
        for partition in 0..line.count.min(10_000) {
            let partition = ledger.place(&partition.to_string());
            self.shard(ledger, stream, partition);
        }
    }

    pub(in crate::page) fn started(&mut self, ledger: &mut Ledger, place: (Text, Text), at: u64) {
        self.shard(ledger, place.0, place.1).opened.get_or_insert(at);
        self.changed = ledger.cursor;
    }

    pub(in crate::page) fn ended(&mut self, ledger: &mut Ledger, place: (Text, Text), at: u64) {
        self.shard(ledger, place.0, place.1).closed.get_or_insert(at);
        self.changed = ledger.cursor;
    }

    pub(in crate::page) fn read(&mut self, ledger: &mut Ledger, place: (Text, Text), behind_ms: u64) {
        self.shard(ledger, place.0, place.1).behind_ms = behind_ms;
    }

    pub(in crate::page) fn throttled(&mut self, ledger: &mut Ledger, place: (Text, Text), until: u64) {
        self.shard(ledger, place.0, place.1).throttled = until;
    }

    /// Moves a record of a shard from one state to another; `None` if it was not there, or is forgotten.
    pub(in crate::page) fn moved(&mut self, place: (Text, Text), id: u64, from: Option<State>, to: Option<State>) {
        let Some(shard) = self.places.get(&place).and_then(|place| self.list.get_mut(*place)) else { return };
        let is = |state: Option<State>, wanted: State| usize::from(state == Some(wanted));
        let is_tried = |state: Option<State>| usize::from(state.is_some_and(State::is_tried));
        self.tried = (self.tried + is_tried(to)).saturating_sub(is_tried(from));
        shard.in_flight = (shard.in_flight + is(to, State::InFlight)).saturating_sub(is(from, State::InFlight));
        if to.is_some_and(State::is_open) {
            shard.open.insert(id);
        } else {
            shard.open.remove(&id);
        }
    }

    /// How many records that have a row a function has, or will have once more.
    pub(in crate::page) fn tried(&self) -> usize {
        self.tried
    }

    /// The shards of each stream, in the order in which they were seen.
    pub(in crate::page) fn streams(&self, ledger: &Ledger) -> Vec<Value> {
        let mut streams: Vec<(Text, Vec<Value>)> = Vec::new();
        for shard in &self.list {
            let (first, last) = shard.range.clone().unwrap_or_default();
            let time = |at: Option<u64>| at.map(|at| ledger.after_origin(at));
            let value = json!({
                "shard": shard.shard, "first": first, "last": last, "parents": shard.parents,
                "opened": time(shard.opened), "closed": time(shard.closed),
            });
            match streams.iter_mut().find(|(stream, _)| *stream == shard.stream) {
                Some((_, shards)) => shards.push(value),
                None => streams.push((shard.stream, vec![value])),
            }
        }
        streams.into_iter().map(|(name, shards)| json!({"name": ledger.texts.text(name), "shards": shards})).collect()
    }

    /// What is going on in each shard; `is_read` tells whether anything waits in a stream, `since` since when a record does, and
    /// `aside` what waits and has no row.
    pub(in crate::page) fn present(
        &self,
        ledger: &Ledger,
        (is_read, since): (impl Fn(Text) -> bool, impl Fn(u64) -> Option<u64>),
        aside: &Aside,
    ) -> Vec<Value> {
        let present = |shard: &Shard| {
            let (more, first) = aside.waiting((shard.stream, shard.shard));
            // Rows of records that are stuck are not in the order of their puts.
            let (open, more) = if is_read(shard.stream) { (&shard.open, more) } else { (&NONE, 0) };
            let oldest = open.iter().filter_map(|id| since(*id)).chain(first).min();
            let age_ms = oldest.map_or(0, |since| ledger.now().saturating_sub(since) / 1_000);
            json!({
                "stream": shard.stream, "shard": shard.shard, "open": shard.closed.is_none(),
                "waiting": open.len().saturating_sub(shard.in_flight) + more, "in_flight": shard.in_flight,
                "age_ms": age_ms.max(if oldest.is_none() { 0 } else { shard.behind_ms }),
                "throttled_for_ms": shard.throttled.saturating_sub(ledger.now()).div_ceil(1_000),
            })
        };
        self.list.iter().map(present).collect()
    }

    pub(in crate::page) fn texts(&self) -> impl Iterator<Item = Text> {
        self.list.iter().flat_map(|shard| [shard.stream, shard.shard].into_iter().chain(shard.parents.iter().copied()))
    }

    pub(in crate::page) fn renumber(&mut self, texts: &Renumbered) {
        for shard in &mut self.list {
            let own = [&mut shard.stream, &mut shard.shard].into_iter();
            own.chain(&mut shard.parents).for_each(|text| texts.apply(text));
        }
        self.places = self.list.iter().enumerate().map(|(place, it)| ((it.stream, it.shard), place)).collect();
    }
}
