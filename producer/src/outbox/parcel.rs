//! A record that waits, and what goes into the stream as one Kinesis record.

use std::iter;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kinetrace::HashKey;

use super::terms::Terms;

/// A record in the outbox: what the decisions need to know of it, and whatever else the caller does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Entry<T> {
    pub(crate) key: Arc<str>,
    /// Where in the hash space it belongs, and so to which shard.
    pub(crate) place: HashKey,
    /// What it takes in a request by itself: data and partition key.
    pub(crate) bytes: usize,
    /// What it adds to an aggregated record. `None` if it must travel by itself.
    pub(crate) packed_bytes: Option<usize>,
    /// Of its batch, if it is of one.
    pub(crate) terms: Option<Terms>,
    pub(crate) item: T,
}

/// A record, or several of one key, packed in their order. It stays what it is until it has arrived or is given up:
/// when it goes again, the same bytes do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Parcel<T> {
    pub(crate) key: Arc<str>,
    pub(crate) first: T,
    /// After the first, in their order.
    pub(crate) others: Vec<T>,
    pub(super) place: HashKey,
    pub(super) terms: Option<Terms>,
    /// What it takes in a request.
    pub(super) bytes: usize,
    /// When its first record came in, as a count.
    pub(super) arrival: u64,
    /// It travels in no other's company: it may be what a request was refused for.
    pub(super) alone: bool,
    pub(super) attempts: u32,
    pub(super) first_attempt: Option<Instant>,
    /// What the last attempt said.
    pub(super) cause: Option<Arc<str>>,
    /// An attempt ended without an answer, so it may be in the stream already.
    pub(crate) doubtful: bool,
}

impl<T> Parcel<T> {
    pub(super) fn new(arrival: u64, entry: Entry<T>) -> Self {
        Self {
            key: entry.key,
            first: entry.item,
            others: Vec::new(),
            place: entry.place,
            terms: entry.terms,
            bytes: entry.bytes,
            arrival,
            alone: false,
            attempts: 0,
            first_attempt: None,
            cause: None,
            doubtful: false,
        }
    }

    pub(crate) fn items(&self) -> impl Iterator<Item = &T> {
        iter::once(&self.first).chain(&self.others)
    }

    pub(crate) fn into_items(self) -> impl Iterator<Item = T> {
        iter::once(self.first).chain(self.others)
    }

    /// How long an attempt may take that begins now, if one may take `longest`.
    pub(crate) fn attempt_limit(&self, longest: Duration, now: Instant) -> Duration {
        self.terms.map_or(longest, |terms| terms.attempt_limit(now))
    }

    pub(super) fn begin_attempt(&mut self, now: Instant) {
        self.attempts += 1;
        self.first_attempt.get_or_insert(now);
    }
}
