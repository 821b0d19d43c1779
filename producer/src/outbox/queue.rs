//! The queues of all keys: what waits, and which of it may go now.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use super::group::Group;
use super::halts::{HaltNumber, Halts};
use super::parcel::{Entry, Parcel};
use super::policy::Policy;
use super::settlement::{Halt, Halted};
use super::shards::Shards;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outbox<T> {
    pub(super) groups: HashMap<Arc<str>, Group<T>>,
    /// The groups whose head may go, by the age of that head: the oldest goes first, and no group starves.
    pub(super) ready: BTreeSet<(u64, Arc<str>)>,
    /// The groups whose head must wait, by the time until which.
    pub(super) waiting: BTreeSet<(Instant, Arc<str>)>,
    pub(super) shards: Shards,
    pub(super) halts: Halts,
    pub(super) halted_as_a_whole: Option<Halt>,
    pub(super) arrivals: u64,
    pub(super) policy: Policy,
}

impl<T> Outbox<T> {
    pub(crate) fn new(policy: Policy) -> Self {
        Self {
            groups: HashMap::new(),
            ready: BTreeSet::new(),
            waiting: BTreeSet::new(),
            shards: Shards::default(),
            halts: Halts::default(),
            halted_as_a_whole: None,
            arrivals: 0,
            policy,
        }
    }

    /// Whether nothing is left, neither here nor on its way.
    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Appends a record to its group, unless that is halted. A group that has nothing here must also leave room for its
    /// own halt; one that has something is surely not halted, and what it may need is bounded by what may wait.
    pub(crate) fn push(&mut self, entry: Entry<T>) -> Result<(), Halted<T>> {
        if let Some(halt) = self.halt_of(&entry.group) {
            return Err(Halted { entry, halt });
        }
        if self.halts.len() >= self.policy.max_halted && !self.groups.contains_key(&entry.group) {
            return Err(Halted { entry, halt: Halt::TooMany(self.halts.len()) });
        }
        self.arrivals += 1;
        let arrival = self.arrivals;
        let name = Arc::clone(&entry.group);
        let group = self.groups.entry(Arc::clone(&name)).or_insert_with(|| {
            self.ready.insert((arrival, name));
            Group::new()
        });
        group.push(arrival, entry);
        Ok(())
    }

    /// Takes what one request may hold: heads of groups, oldest first. Each is on its way until [`settle`](Self::settle)
    /// says what became of it.
    pub(crate) fn next_request(&mut self, now: Instant) -> Vec<Parcel<T>> {
        self.wake(now);
        let limits = self.policy.limits;
        let (mut request, mut room) = (Vec::new(), limits.bytes);
        while request.len() < limits.entries
            && let Some((_, name)) = self.ready.first()
            && let Some(group) = self.groups.get_mut(name)
            && let Some(head) = group.head()
        {
            let quiet_until = self.shards.quiet_until(head.place).filter(|until| now < *until);
            // A record that exceeds the limit by itself is Kinesis' to refuse, not ours to hold back for ever.
            if quiet_until.is_none() && !request.is_empty() && (head.alone || head.bytes > room) {
                break;
            }
            let Some((_, name)) = self.ready.pop_first() else { break };
            if let Some(until) = quiet_until {
                self.waiting.insert((until, name));
                continue;
            }
            let Some(mut parcel) = group.take(limits.pack_bytes.min(room)) else { continue };
            group.in_flight = true;
            parcel.begin_attempt(now);
            room = room.saturating_sub(parcel.bytes);
            request.push(parcel);
            if head.alone {
                break;
            }
        }
        request
    }

    pub(super) fn halt_of(&self, name: &Arc<str>) -> Option<Halt> {
        let whole = self.halted_as_a_whole.clone();
        whole.or_else(|| self.halts.cause(name).cloned().map(Halt::Group))
    }

    /// When the next record that must wait may go: after `now`, at which [`next_request`](Self::next_request) was asked
    /// for what may go already, unless nobody had use for it.
    pub(crate) fn next_wake(&mut self, now: Instant) -> Option<Instant> {
        self.wake(now);
        self.waiting.first().map(|(at, _)| *at)
    }

    /// How many keys are halted, each for itself.
    pub(crate) fn halted_keys(&self) -> usize {
        self.halts.len()
    }

    /// The caller has been told of one record that came back with this halt, or does not want to know. Whether it was the
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
            if let Some(head) = self.groups.get(&name).and_then(Group::head) {
                self.ready.insert((head.arrival, name));
            }
        }
    }
}
