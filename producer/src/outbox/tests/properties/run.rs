//! A publisher and a stream, and what must be true of the fate of records.

mod answer;
mod request;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use kinetrace::HashKey;

use super::super::stream::{Item, Stream};
use super::{Answer, Outcome, Step};
use crate::outbox::FailurePolicy;
use crate::outbox::terms::BatchId;
use crate::outbox::{Entry, Halt, HaltNumber, Outbox, Parcel, Policy, Terms};

/// No record waits longer than this before it goes again.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

pub(super) struct Run {
    outbox: Outbox<Item>,
    stream: Stream,
    now: Instant,
    produced: BTreeMap<char, Vec<Entry<Item>>>,
    requests: Vec<Vec<Parcel<Item>>>,
    /// What failed and goes again.
    returned: BTreeMap<char, Parcel<Item>>,
    late: Vec<Parcel<Item>>,
    settled: BTreeMap<Item, Fate>,
    /// Each with what came back and its caller does not know yet.
    halted: BTreeMap<char, BTreeSet<Item>>,
    /// What the halt was that each record came back with, if it waits for its caller to be told.
    came_back: BTreeMap<Item, HaltNumber>,
    /// How often each key went on, and after how many of these each record was taken.
    resumed: BTreeMap<char, u32>,
    taken: BTreeMap<Item, u32>,
    stopped: bool,
    /// What their records ask for, with whether their time was up when it was looked for.
    batches: Vec<(Terms, bool)>,
    /// The keys that are halted in a batch.
    halted_in_batch: BTreeSet<(BatchId, char)>,
    /// The shards that have refused something.
    throttled: BTreeSet<usize>,
    resharded: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Acknowledged,
    GivenBack,
}

fn place(eighth: u8) -> HashKey {
    (u128::from(eighth) << 125).into()
}

fn key_of(parcel: &Parcel<Item>) -> char {
    parcel.first.key
}

fn items(parcel: &Parcel<Item>) -> Vec<Item> {
    parcel.items().copied().collect()
}

impl Run {
    /// With so many splits of the stream before anything happens.
    pub(super) fn new(policy: Policy, splits: u8) -> Self {
        let mut stream = Stream::new();
        (0..splits).for_each(|split| stream.split(place(split * 3)));
        Self {
            outbox: Outbox::new(policy),
            stream,
            now: Instant::now(),
            produced: BTreeMap::new(),
            requests: Vec::new(),
            returned: BTreeMap::new(),
            late: Vec::new(),
            settled: BTreeMap::new(),
            halted: BTreeMap::new(),
            came_back: BTreeMap::new(),
            resumed: BTreeMap::new(),
            taken: BTreeMap::new(),
            stopped: false,
            batches: Vec::new(),
            halted_in_batch: BTreeSet::new(),
            throttled: BTreeSet::new(),
            resharded: false,
        }
    }

    pub(super) fn step(&mut self, step: Step) {
        match step {
            Step::Produce { key, place, bytes, packable, batch } => {
                self.produce(key, place, (bytes, packable), batch);
            }
            Step::Begin { millis } => self.begin_batch(Duration::from_millis(millis)),
            Step::Expire => self.expire(),
            Step::Ask => _ = self.ask(),
            Step::Answer { request, answer, random } if !self.requests.is_empty() => {
                let request = self.requests.remove(request % self.requests.len());
                self.answer(request, &answer, random);
            }
            Step::CommitLate(late) if !self.late.is_empty() => {
                let parcel = self.late.remove(late % self.late.len());
                self.commit(&parcel);
            }
            Step::Split(eighth) => self.reshard(Stream::split, eighth),
            Step::Merge(eighth) => self.reshard(Stream::merge, eighth),
            Step::Wait { millis } => self.now += Duration::from_millis(millis),
            Step::Tell(which) => self.tell(which),
            Step::Resume { key } => self.resume(char::from(b'a' + key)),
            Step::HaltAll => self.halt_all(),
            Step::Answer { .. } | Step::CommitLate(_) => {}
        }
        self.check_wake();
    }

    /// From here on all goes well, so in the end everything is settled, and nothing out of order.
    pub(super) fn finish(mut self) {
        while !self.outbox.is_empty() {
            self.check_wake();
            if !self.ask() && self.requests.is_empty() && !self.outbox.is_empty() {
                self.now = self.outbox.next_wake(self.now).expect("what is left waits for something");
            }
            for request in std::mem::take(&mut self.requests) {
                self.answer(request, &Answer::Each(vec![Outcome::Stored]), 0.0);
            }
        }
        for parcel in std::mem::take(&mut self.late) {
            self.commit(&parcel);
        }
        let produced: Vec<_> = self.produced.values().flatten().map(|entry| entry.item).collect();
        assert_eq!(self.settled.keys().copied().collect::<Vec<_>>(), produced);
    }

    fn reshard(&mut self, how: fn(&mut Stream, HashKey), eighth: u8) {
        how(&mut self.stream, place(eighth));
        self.resharded = true;
    }

    fn begin_batch(&mut self, timeout: Duration) {
        let terms = self.outbox.begin_batch(self.now, timeout);
        self.batches.push((terms, false));
    }

    fn expire(&mut self) {
        for (terms, is_expired) in &mut self.batches {
            *is_expired |= terms.deadline <= self.now;
        }
        for settlement in self.outbox.expire(self.now) {
            let terms = settlement.parcel.terms.expect("what has no deadline is expired");
            assert!(terms.deadline <= self.now, "{settlement:?}");
            self.settle(settlement);
        }
    }

    /// Whether the key is halted in this batch, or its time is up.
    fn is_over(&self, terms: Terms, key: char) -> bool {
        let is_expired = self.batches.contains(&(terms, true));
        is_expired || self.halted_in_batch.contains(&(terms.batch, key))
    }

    fn produce(&mut self, key: u8, elsewhere: Option<u8>, (bytes, packable): (usize, bool), batch: Option<u8>) {
        let name = char::from(b'a' + key);
        let produced = self.produced.entry(name).or_default();
        let item = Item { key: name, number: u8::try_from(produced.len()).unwrap() };
        let place = place(elsewhere.unwrap_or(key));
        let packed_bytes = packable.then_some(bytes + 16);
        let terms = batch.and_then(|batch| self.batches.get(usize::from(batch))).map(|(terms, _)| *terms);
        let entry = Entry { key: name.to_string().into(), place, bytes, packed_bytes, terms, item };
        produced.push(entry.clone());
        let is_new = !self.outbox.queues.contains_key(&*name.to_string());
        let is_one_too_many = terms.is_none() && is_new && self.halted.len() >= self.outbox.policy.max_halted;
        let is_over = terms.is_some_and(|terms| self.is_over(terms, name));
        let is_refused = self.stopped || self.halted.contains_key(&name) || is_one_too_many || is_over;
        let pushed = self.outbox.push(entry);
        assert_eq!(pushed.is_err(), is_refused, "{item:?} against a halt");
        if pushed.is_err() {
            self.settled.insert(item, Fate::GivenBack);
        } else {
            self.taken.insert(item, self.resumed.get(&name).copied().unwrap_or_default());
        }
    }

    fn tell(&mut self, which: usize) {
        let Some((item, halt)) = self.came_back.iter().nth(which).map(|(item, halt)| (*item, *halt)) else { return };
        self.came_back.remove(&item);
        let is_last = self.halted.get_mut(&item.key).is_some_and(|untold| untold.remove(&item) && untold.is_empty());
        assert_eq!(self.outbox.told(&item.key.to_string(), halt), is_last && !self.stopped, "{item:?}");
        if is_last {
            self.go_on(item.key);
        }
    }

    fn resume(&mut self, key: char) {
        let is_halted = self.halted.contains_key(&key) && !self.stopped;
        assert_eq!(self.outbox.resume(&key.to_string()), is_halted, "{key}");
        if is_halted {
            self.go_on(key);
        }
    }

    fn go_on(&mut self, key: char) {
        self.halted.remove(&key);
        *self.resumed.entry(key).or_default() += 1;
    }

    fn halt_all(&mut self) {
        self.stopped = true;
        for settlement in self.outbox.halt_all(Halt::Closed) {
            self.settle(settlement);
        }
    }

    /// None of a key arrives before those ahead of it, but for what the caller chose to go on without.
    fn commit(&mut self, parcel: &Parcel<Item>) -> usize {
        let skips = self.outbox.policy.failure_policy == FailurePolicy::Skip;
        let is_given_back = |item: &Item| self.settled.get(item) == Some(&Fate::GivenBack);
        for item in items(parcel) {
            let is_skipped = |item: &Item| skips && is_given_back(item);
            // What was never taken is in no one's way: its caller knew at once.
            let is_told = |ahead: &Item| is_given_back(ahead) && self.taken.get(ahead) < self.taken.get(&item);
            let terms = parcel.terms;
            // It was in another batch, which halted the key for itself.
            let is_of_another = |ahead: &Item, of: Option<Terms>| of.is_some() && of != terms && is_given_back(ahead);
            for Entry { item: ahead, terms: of, .. } in &self.produced[&item.key][..item.number.into()] {
                let is_there = self.stream.is_anywhere(*ahead);
                let may_pass = is_there || is_told(ahead) || is_skipped(ahead) || is_skipped(&item);
                let may_pass = may_pass || is_of_another(ahead, *of);
                assert!(may_pass, "{item:?} arrived before {ahead:?}");
            }
            self.stream.commit(parcel.place, [item]);
        }
        self.stream.shard_of(parcel.place)
    }

    /// Whether anything goes.
    fn ask(&mut self) -> bool {
        self.expire();
        let before = self.outbox.clone();
        let request = self.outbox.next_request(self.now);
        request::check(self, &before, &request);
        for parcel in &request {
            self.returned.remove(&key_of(parcel));
        }
        let goes = !request.is_empty();
        self.requests.extend(goes.then_some(request));
        goes
    }

    /// What waits goes at the time that the outbox says, or is put off then, and nothing goes before.
    fn check_wake(&self) {
        let mut outbox = self.outbox.clone();
        let in_flight: usize = self.requests.iter().map(Vec::len).sum();
        let mut now = self.now;
        outbox.expire(now);
        while outbox.next_request(now).is_empty() && outbox.queues.len() > in_flight {
            let at = outbox.next_wake(now).expect("nothing would wake what waits");
            assert!(now < at && at <= self.now + LONGEST_WAIT);
            let before = at - Duration::from_nanos(1);
            assert_eq!(outbox.clone().next_request(before), []);
            now = at;
            outbox.expire(now);
        }
    }
}
