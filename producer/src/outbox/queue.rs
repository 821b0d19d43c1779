//! The queues of all keys: what waits, and which of it may go now.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::batches::Batches;
use super::halts::{HaltNumber, Halts};
use super::key_queue::{Head, KeyQueue};
use super::parcel::{Entry, Parcel};
use super::policy::Policy;
use super::settlement::{Halt, Halted};
use super::shards::Shards;
use super::terms::Terms;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outbox<T> {
    pub(super) queues: HashMap<Arc<str>, KeyQueue<T>>,
    /// The keys whose head may go, by the age of that head: the oldest goes first, and no key starves.
    pub(super) ready: BTreeSet<(u64, Arc<str>)>,
    /// The keys whose head must wait, by the time until which.
    pub(super) waiting: BTreeSet<(Instant, Arc<str>)>,
    pub(super) shards: Shards,
    pub(super) halts: Halts,
    pub(super) batches: Batches,
    pub(super) halted_as_a_whole: Option<Halt>,
    pub(super) arrivals: u64,
    pub(super) policy: Policy,
}

impl<T> Outbox<T> {
    pub(crate) fn new(policy: Policy) -> Self {
        Self {
            queues: HashMap::new(),
            ready: BTreeSet::new(),
            waiting: BTreeSet::new(),
            shards: Shards::default(),
            halts: Halts::default(),
            batches: Batches::default(),
            halted_as_a_whole: None,
            arrivals: 0,
            policy,
        }
    }

    /// Whether nothing is left, neither here nor on its way.
    pub(crate) fn is_empty(&self) -> bool {
        self.queues.is_empty()
    }

    /// Appends a record to the queue of its key, unless the key is halted. A key that has nothing here must also leave room for its
    /// own halt; one that has something is surely not halted, and what it may need is bounded by what may wait. What a
    /// batch halts, it remembers itself.
    pub(crate) fn push(&mut self, entry: Entry<T>) -> Result<(), Halted<T>> {
        if let Some(halt) = self.halt_of(&entry.key, entry.terms) {
            return Err(Halted { entry, halt });
        }
        let too_many = entry.terms.is_none() && self.halts.len() >= self.policy.max_halted;
        if too_many && !self.queues.contains_key(&entry.key) {
            return Err(Halted { entry, halt: Halt::TooMany(self.halts.len()) });
        }
        self.arrivals += 1;
        let arrival = self.arrivals;
        if let Some(terms) = entry.terms {
            self.batches.note(terms.batch, &entry.key, arrival);
        }
        let name = Arc::clone(&entry.key);
        let queue = self.queues.entry(Arc::clone(&name)).or_insert_with(|| {
            self.ready.insert((arrival, name));
            KeyQueue::new()
        });
        queue.push(arrival, entry);
        Ok(())
    }

    /// Takes what one request may hold: heads of queues, oldest first. Each is on its way until [`settle`](Self::settle)
    /// reports its fate.
    pub(crate) fn next_request(&mut self, now: Instant) -> Vec<Parcel<T>> {
        self.wake(now);
        let limits = self.policy.limits;
        let (mut request, mut room) = (Vec::new(), limits.bytes);
        while request.len() < limits.entries
            && let Some((_, name)) = self.ready.first()
            && let Some(queue) = self.queues.get_mut(name)
            && let Some(head) = queue.head()
        {
            let quiet_until = self.shards.quiet_until(head.place).filter(|until| now < *until);
            // A record that exceeds the limit by itself is Kinesis' to refuse, not ours to hold back for ever.
            if quiet_until.is_none()
                && let Some(first) = request.first()
                && (head.alone || head.bytes > room || !self.policy.may_share(first, head, now))
            {
                break;
            }
            let Some((_, name)) = self.ready.pop_first() else { break };
            if let Some(until) = quiet_until {
                queue.waits_until = Some(until);
                self.waiting.insert((until, name));
                continue;
            }
            let Some(mut parcel) = queue.take(limits.pack_bytes.min(room)) else { continue };
            queue.in_flight = true;
            parcel.begin_attempt(now);
            room = room.saturating_sub(parcel.bytes);
            request.push(parcel);
            if head.alone {
                break;
            }
        }
        request
    }

    pub(super) fn halt_of(&self, name: &Arc<str>, terms: Option<Terms>) -> Option<Halt> {
        let whole = self.halted_as_a_whole.clone();
        let of_key = || self.halts.cause(name).cloned().map(Halt::Key);
        whole.or_else(of_key).or_else(|| self.batches.halt_of(terms?.batch, name))
    }

    /// When the time of a batch is up, or the next record that must wait may go: after `now`, at which
    /// [`next_request`](Self::next_request) was asked for what may go already, unless nobody had use for it.
    pub(crate) fn next_wake(&mut self, now: Instant) -> Option<Instant> {
        self.wake(now);
        let waits = self.waiting.first().map(|(at, _)| *at);
        waits.into_iter().chain(self.batches.next_deadline()).min()
    }

    /// Begins a batch whose records have so much time from now on.
    pub(crate) fn begin_batch(&mut self, now: Instant, timeout: Duration) -> Terms {
        self.batches.begin(now, timeout, self.policy.attempt_timeout)
    }

    /// Nobody hands in records of it, and none is left.
    pub(crate) fn end_batch(&mut self, terms: Terms) {
        self.batches.end(terms);
    }

    /// How many keys are halted, each for itself.
    pub(crate) fn halted_keys(&self) -> usize {
        self.halts.len()
    }

    /// The caller knows that one record came back with this halt, or does not want to know. Whether it was the
    /// last, and the key may go on.
    pub(crate) fn told(&mut self, key: &str, halt: HaltNumber) -> bool {
        self.halts.told(key, halt)
    }

    /// The key may go on, whatever its callers have been told. Whether it was halted.
    pub(crate) fn resume(&mut self, key: &str) -> bool {
        self.halts.end(key)
    }

    fn wake(&mut self, now: Instant) {
        while let Some((at, _)) = self.waiting.first()
            && *at <= now
            && let Some((_, name)) = self.waiting.pop_first()
        {
            let Some(queue) = self.queues.get_mut(&name) else { continue };
            queue.waits_until = None;
            if let Some(head) = queue.head() {
                self.ready.insert((head.arrival, name));
            }
        }
    }
}

/// An attempt may always take so long. A batch that leaves it less shares no request, or its deadline would cut off the
/// records of others.
const UNHURRIED: Duration = Duration::from_secs(1);

impl Policy {
    pub(super) fn may_share<T>(&self, first: &Parcel<T>, head: Head, now: Instant) -> bool {
        let hurried = |terms: Option<Terms>| {
            let terms = terms.filter(|terms| terms.attempt_limit(now) < self.attempt_timeout.min(UNHURRIED))?;
            Some(terms.batch)
        };
        hurried(first.terms) == hurried(head.terms)
    }
}
