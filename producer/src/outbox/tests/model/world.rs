//! All that there is at one time, and what may happen to it.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::time::{Duration, Instant};

use kinetrace::HashKey;

use super::super::stream::{Item, Stream};
use super::super::unknown;
use super::Setup;
use crate::attempt::{Attempt, Stored};
use crate::outbox::{Attempted, Entry, HaltNumber, Outbox, Parcel, Policy, Settlement, Terms};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) outbox: Outbox<Item>,
    pub(super) stream: Stream,
    pub(super) produced: Vec<Item>,
    /// By their first records.
    pub(super) requests: Vec<Request>,
    /// What Kinesis may commit at any time, or never: the requests have timed out.
    late: Vec<Late>,
    pub(super) settled: Vec<(Item, Fate)>,
    /// What came back and its caller does not know yet.
    untold: Vec<(Item, HaltNumber)>,
    /// How often each key went on after a halt, and after how many of these each record was taken.
    resumed: BTreeMap<char, u8>,
    taken: BTreeMap<Item, u8>,
    /// A record was taken of a key some of which had come back without its caller knowing.
    pub(super) passed_untold: bool,
    terms: Vec<Terms>,
    /// A record was sent when the time of its batch was up.
    pub(super) sent_too_late: bool,
    /// How many there may still be.
    pub(super) faults: u8,
    pub(super) hours: u32,
}

/// A call of `PutRecords` that has no answer yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Request(Vec<(Parcel<Item>, Option<Done>)>);

/// What Kinesis did to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Done {
    Committed { shard: usize },
    Refused,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Late {
    items: Vec<Item>,
    place: HashKey,
}

/// What the caller of a record is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Fate {
    Acknowledged { shard: usize },
    GivenBack { doubtful: bool },
}

/// What is in its maps has no order; here it gets one.
impl<T: Hash> Hash for Outbox<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { queues, ready, waiting, shards, halts, batches, halted_as_a_whole, arrivals, policy } = self;
        queues.iter().collect::<BTreeMap<_, _>>().hash(state);
        halts.by_key.iter().collect::<BTreeMap<_, _>>().hash(state);
        (ready, waiting, shards, batches, halted_as_a_whole, arrivals, policy).hash(state);
    }
}

/// After a split, each key has a shard of its own.
pub(super) fn place(key: char) -> HashKey {
    HashKey::from(if key == 'a' { 0 } else { u128::MAX })
}

impl Done {
    pub(super) fn attempt(done: Option<Self>) -> Attempt {
        match done {
            Some(Self::Committed { shard }) => {
                Attempt::Stored(Stored { shard_id: shard.to_string(), sequence_number: "1".into() })
            }
            Some(Self::Refused) => super::refused(),
            None => unknown(),
        }
    }
}

impl Request {
    pub(super) fn first(&self) -> Item {
        self.0[0].0.first
    }

    /// What Kinesis has done nothing to yet.
    pub(super) fn open(&self) -> impl Iterator<Item = Item> {
        self.0.iter().filter(|(_, done)| done.is_none()).map(|(parcel, _)| parcel.first)
    }

    pub(super) fn is_untouched(&self) -> bool {
        self.open().count() == self.0.len()
    }
}

impl World {
    pub(super) fn new(policy: Policy, faults: u8) -> Self {
        Self {
            outbox: Outbox::new(policy),
            stream: Stream::new(),
            produced: Vec::new(),
            requests: Vec::new(),
            late: Vec::new(),
            settled: Vec::new(),
            untold: Vec::new(),
            resumed: BTreeMap::new(),
            taken: BTreeMap::new(),
            passed_untold: false,
            terms: Vec::new(),
            sent_too_late: false,
            faults,
            hours: 0,
        }
    }

    pub(super) fn in_flight(&self) -> impl Iterator<Item = &Parcel<Item>> {
        self.requests.iter().flat_map(|request| &request.0).map(|(parcel, _)| parcel)
    }

    pub(super) fn late(&self) -> impl Iterator<Item = Item> {
        self.late.iter().map(|late| late.items[0])
    }

    /// Each with whether it may be in the stream.
    pub(super) fn given_back(&self) -> impl Iterator<Item = (Item, bool)> {
        self.settled.iter().filter_map(|(item, fate)| match fate {
            Fate::Acknowledged { .. } => None,
            Fate::GivenBack { doubtful } => Some((*item, *doubtful)),
        })
    }

    /// Key by key, with their shards.
    pub(super) fn committed(&self) -> Vec<(usize, Item)> {
        ['a', 'b'].into_iter().flat_map(|key| self.stream.committed(key)).collect()
    }

    pub(super) fn fault(&mut self) -> &mut Self {
        self.faults -= 1;
        self
    }

    pub(super) fn produce(&mut self, entry: Entry<Item>) {
        let item = entry.item;
        self.produced.push(item);
        match self.outbox.push(entry) {
            Ok(()) => {
                self.passed_untold |= self.untold.iter().any(|(untold, _)| untold.key == item.key);
                self.taken.insert(item, self.resumed.get(&item.key).copied().unwrap_or_default());
            }
            // Its caller has the answer at once.
            Err(_) => self.settle([(item, Fate::GivenBack { doubtful: false })]),
        }
    }

    pub(super) fn untold(&self) -> impl Iterator<Item = Item> {
        self.untold.iter().map(|(item, _)| *item)
    }

    pub(super) fn tell(&mut self, item: Item) -> Option<()> {
        let at = self.untold().position(|untold| untold == item)?;
        let (_, halt) = self.untold.remove(at);
        if self.outbox.told(&item.key.to_string(), halt) {
            *self.resumed.entry(item.key).or_default() += 1;
        }
        Some(())
    }

    pub(super) fn resume(&mut self, key: char) -> Option<()> {
        *self.resumed.entry(key).or_default() += u8::from(self.outbox.resume(&key.to_string()));
        Some(())
    }

    /// After how many halts of its key a record was taken. One that was not is in none.
    pub(super) fn taken_after(&self, item: Item) -> Option<u8> {
        self.taken.get(&item).copied()
    }

    pub(super) fn resumes(&self) -> u8 {
        self.resumed.values().sum()
    }

    pub(super) fn begin_batches(&mut self, timeouts: [Duration; 2], now: Instant) {
        self.terms.extend(timeouts.map(|timeout| self.outbox.begin_batch(now, timeout)));
    }

    pub(super) fn terms(&self, item: Item) -> Option<Terms> {
        self.terms.get(Setup::batch_of(item)).copied()
    }

    pub(super) fn is_time_up(&self, now: Instant) -> bool {
        self.outbox.batches.next_deadline().is_some_and(|deadline| deadline <= now)
    }

    pub(super) fn expire(&mut self, now: Instant) {
        for settlement in self.outbox.expire(now) {
            self.give_back(settlement);
        }
    }

    pub(super) fn ask(&mut self, now: Instant) -> Option<()> {
        if self.is_time_up(now) {
            return None;
        }
        let request = self.outbox.next_request(now);
        self.sent_too_late |= request.iter().any(|parcel| parcel.terms.is_some_and(|terms| terms.deadline <= now));
        let request = Request(request.into_iter().map(|parcel| (parcel, None)).collect());
        self.requests.push(Some(request).filter(|request| !request.0.is_empty())?);
        self.requests.sort_by_key(Request::first);
        Some(())
    }

    pub(super) fn commit(&mut self, first: Item) -> Option<()> {
        let entries = self.requests.iter_mut().flat_map(|request| &mut request.0);
        let (parcel, done) = entries.into_iter().find(|(parcel, _)| parcel.first == first)?;
        let shard = self.stream.commit(parcel.place, parcel.items().copied());
        *done = Some(Done::Committed { shard });
        Some(())
    }

    pub(super) fn refuse(&mut self, first: Item) -> Option<()> {
        let entries = self.requests.iter_mut().flat_map(|request| &mut request.0);
        let (_, done) = entries.into_iter().find(|(parcel, _)| parcel.first == first)?;
        *done = Some(Done::Refused);
        Some(())
    }

    pub(super) fn commit_late(&mut self, first: Item) -> Option<()> {
        let at = self.late().position(|late| late == first)?;
        let Late { items, place } = self.late.remove(at);
        self.stream.commit(place, items);
        Some(())
    }

    pub(super) fn time_out(&mut self, first: Item, now: Instant) -> Option<()> {
        let request = self.requests.iter().find(|request| request.first() == first)?;
        for (parcel, done) in &request.0 {
            if done.is_none() {
                self.late.push(Late { items: parcel.items().copied().collect(), place: parcel.place });
            }
        }
        self.late.sort();
        self.answer(first, now, |_| unknown())
    }

    pub(super) fn answer(&mut self, first: Item, now: Instant, attempt: fn(Option<Done>) -> Attempt) -> Option<()> {
        let at = self.requests.iter().position(|request| request.first() == first)?;
        let Request(entries) = self.requests.remove(at);
        let answered: Attempted<_> = entries.into_iter().map(|(parcel, done)| (parcel, attempt(done))).collect();
        for settlement in self.outbox.settle(answered, now, 0.0) {
            self.give_back(settlement);
        }
        Some(())
    }

    fn give_back(&mut self, Settlement { parcel, result, halt }: Settlement<Item>) {
        let fate = match result {
            Ok(stored) => Fate::Acknowledged { shard: stored.shard_id.parse().unwrap() },
            Err(_) => Fate::GivenBack { doubtful: parcel.doubtful },
        };
        self.untold.extend(parcel.items().filter_map(|item| Some((*item, halt?))));
        self.untold.sort();
        self.settle(parcel.into_items().map(|item| (item, fate)));
    }

    fn settle(&mut self, settled: impl IntoIterator<Item = (Item, Fate)>) {
        self.settled.extend(settled);
        self.settled.sort();
    }
}
