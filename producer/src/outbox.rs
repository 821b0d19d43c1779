//! Which records may go now.
//!
//! `PutRecords` promises no order within a request, and sending the failed entries of one again reorders. So of each
//! group one record at most is on its way, and a failed one keeps its place at the head of its group. No I/O, no clock:
//! the caller says what time it is.

mod halt;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

pub(crate) use halt::{Halt, Halted};

/// The data and partition keys of one request
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>).
pub(crate) const MAX_REQUEST_BYTES: usize = 10 * 1024 * 1024;

/// What one request may hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestLimits {
    pub(crate) entries: usize,
    /// Data and partition keys together.
    pub(crate) bytes: usize,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self { entries: 500, bytes: MAX_REQUEST_BYTES }
    }
}

/// A record in the outbox: its group, its size in a request, and whatever else the caller needs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry<T> {
    pub(crate) group: Arc<str>,
    pub(crate) bytes: usize,
    /// It travels in no other's company: it may be what a request was refused for.
    pub(crate) alone: bool,
    pub(crate) item: T,
}

#[derive(Debug)]
pub(crate) struct Outbox<T> {
    groups: HashMap<Arc<str>, Group<T>>,
    /// The groups whose head may go, by the age of that head: the oldest goes first, and no group starves.
    ready: BTreeSet<(u64, Arc<str>)>,
    /// The groups whose head must wait, by the time until which.
    waiting: BTreeSet<(Instant, Arc<str>)>,
    halted: HashMap<Arc<str>, Arc<str>>,
    halted_as_a_whole: Option<Arc<str>>,
    arrivals: u64,
    limits: RequestLimits,
}

/// A group with records in the outbox or on their way.
#[derive(Debug)]
struct Group<T> {
    queue: VecDeque<(u64, Entry<T>)>,
    /// The arrival of the record on its way.
    in_flight: Option<u64>,
}

impl<T> Outbox<T> {
    pub(crate) fn new(limits: RequestLimits) -> Self {
        Self {
            groups: HashMap::new(),
            ready: BTreeSet::new(),
            waiting: BTreeSet::new(),
            halted: HashMap::new(),
            halted_as_a_whole: None,
            arrivals: 0,
            limits,
        }
    }

    /// Whether nothing is left, neither here nor on its way.
    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Appends a record to its group, unless that was halted.
    pub(crate) fn push(&mut self, entry: Entry<T>) -> Result<(), Halted<T>> {
        if let Some(halt) = self.halt_of(&entry.group) {
            return Err(Halted { entry, halt });
        }
        self.arrivals += 1;
        let arrival = self.arrivals;
        match self.groups.get_mut(&entry.group) {
            Some(group) => group.queue.push_back((arrival, entry)),
            None => {
                let name = Arc::clone(&entry.group);
                self.ready.insert((arrival, Arc::clone(&name)));
                self.groups.insert(name, Group { queue: VecDeque::from([(arrival, entry)]), in_flight: None });
            }
        }
        Ok(())
    }

    /// Takes what one request may hold: heads of groups, oldest first. Each is on its way until the caller says what
    /// became of it, by [`settle`](Self::settle), [`retry`](Self::retry) or [`halt`](Self::halt).
    pub(crate) fn next_request(&mut self, now: Instant) -> Vec<Entry<T>> {
        self.wake(now);
        let mut request = Vec::new();
        let mut bytes = 0;
        while request.len() < self.limits.entries
            && let Some((arrival, name)) = self.ready.first().cloned()
        {
            let Some(group) = self.groups.get_mut(&name) else { break };
            let joins = |(_, head): &(u64, Entry<T>)| !head.alone && bytes + head.bytes <= self.limits.bytes;
            // A record that exceeds the limit by itself is Kinesis' to refuse, not ours to hold back for ever.
            if !request.is_empty() && !group.queue.front().is_some_and(joins) {
                break;
            }
            self.ready.pop_first();
            let Some((_, head)) = group.queue.pop_front() else { break };
            group.in_flight = Some(arrival);
            bytes += head.bytes;
            let alone = head.alone;
            request.push(head);
            if alone {
                break;
            }
        }
        request
    }

    /// The record on its way has arrived, or the caller has given up on it alone: the next of its group may go.
    pub(crate) fn settle(&mut self, name: &Arc<str>) {
        let Some(group) = self.groups.get_mut(name) else { return };
        group.in_flight = None;
        match group.queue.front() {
            Some((arrival, _)) => _ = self.ready.insert((*arrival, Arc::clone(name))),
            None => _ = self.groups.remove(name),
        }
    }

    /// The record on its way must go again, not before `at`. It keeps its place at the head of its group. It comes back
    /// if that was halted meanwhile.
    pub(crate) fn retry(&mut self, entry: Entry<T>, at: Instant) -> Result<(), Halted<T>> {
        let name = Arc::clone(&entry.group);
        if let Some(halt) = self.halt_of(&name) {
            self.settle(&name);
            return Err(Halted { entry, halt });
        }
        let Some(group) = self.groups.get_mut(&name) else { return Ok(()) };
        let Some(arrival) = group.in_flight.take() else { return Ok(()) };
        group.queue.push_front((arrival, entry));
        self.waiting.insert((at, name));
        Ok(())
    }

    /// The record on its way will never arrive, so nothing may follow it: what waits behind it comes back, and later
    /// records of the group are refused with `cause`.
    pub(crate) fn halt(&mut self, name: &Arc<str>, cause: Arc<str>) -> Vec<Entry<T>> {
        self.halted.insert(Arc::clone(name), cause);
        let group = self.groups.remove(name);
        group.into_iter().flat_map(|group| group.queue).map(|(_, entry)| entry).collect()
    }

    /// No record will ever arrive: all that are not on their way come back, oldest first, and later ones are refused with
    /// `cause`. What is on its way is so still, until the caller says what became of it.
    pub(crate) fn halt_all(&mut self, cause: Arc<str>) -> Vec<Entry<T>> {
        self.halted_as_a_whole.get_or_insert(cause);
        self.ready.clear();
        self.waiting.clear();
        self.halted.clear();
        let mut back: Vec<_> = self.groups.values_mut().flat_map(|group| group.queue.drain(..)).collect();
        self.groups.retain(|_, group| group.in_flight.is_some());
        back.sort_unstable_by_key(|(arrival, _)| *arrival);
        back.into_iter().map(|(_, entry)| entry).collect()
    }

    fn halt_of(&self, name: &Arc<str>) -> Option<Halt> {
        let whole = self.halted_as_a_whole.clone().map(Halt::All);
        whole.or_else(|| self.halted.get(name).cloned().map(Halt::Group))
    }

    /// When the next record that must wait may go.
    pub(crate) fn next_wake(&self) -> Option<Instant> {
        self.waiting.first().map(|(at, _)| *at)
    }

    fn wake(&mut self, now: Instant) {
        while let Some((at, _)) = self.waiting.first()
            && *at <= now
            && let Some((_, name)) = self.waiting.pop_first()
        {
            if let Some((arrival, _)) = self.groups.get(&name).and_then(|group| group.queue.front()) {
                self.ready.insert((*arrival, name));
            }
        }
    }
}

#[cfg(test)]
mod tests;
