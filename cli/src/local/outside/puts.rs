//! Lines about puts, as they are seen at the stream.
//!
//! A record that carries no count is counted here, by key and producer: in the order of the stream where puts overlap, because
//! then nobody can say which was first. A record that was refused keeps its place, and so has one line, with how it ended: who
//! sends later records before it is tried again, has passed it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use kinetrace::history::{Produce, PutOutcome, SEEN_FROM_OUTSIDE, Timestamp};
use kinetrace::{HashKey, Order, ProducerId, SequenceNumber};

use super::PATIENCE;
use super::part::Part;
use super::places::{Entry, Key, Rank};
use super::recent::{Recent, hash};

/// So many own lines are remembered at least.
const OWN: usize = 20_000;

/// For so long a refused record may be tried again, in microseconds.
const RETRIES: u64 = 60_000_000;

/// A put that has ended, as it was seen.
#[derive(Debug, Clone)]
pub(in crate::local) struct Seen {
    pub(in crate::local) stream: Arc<str>,
    /// Who put it.
    pub(in crate::local) access_key: Arc<str>,
    /// Where it is to be placed, in place of where its partition key hashes to.
    pub(in crate::local) explicit_hash_key: Option<HashKey>,
    pub(in crate::local) started: Timestamp,
    pub(in crate::local) ended: Timestamp,
    /// Shard and number, or the error's code.
    pub(in crate::local) answer: Result<(Arc<str>, SequenceNumber), String>,
    pub(in crate::local) parts: Arc<[Part]>,
}

/// Puts of which it is not clear yet whether their producer writes a line.
#[derive(Debug)]
pub(in crate::local) struct Puts {
    own: Recent,
    /// What was told from outside: an own line that comes later still would be a second one.
    told: Recent,
    /// Producers that write lines of their own.
    tell: HashSet<Arc<str>>,
    /// Where a line waits that was seen from outside, by what it is about.
    waiting: HashMap<u64, (u64, Rank)>,
    keys: HashMap<u64, Key>,
    /// When what waits is due, in about this order.
    queue: VecDeque<(u64, u64, Rank)>,
    /// Of each key and producer, the next count.
    counts: HashMap<u64, u64>,
    /// Makes the ids of producers those of this run.
    run: u64,
}

impl Puts {
    /// `run` tells the producers of this run from those of others.
    pub(in crate::local) fn new(run: u64) -> Self {
        Self {
            own: Recent::new(OWN),
            told: Recent::new(OWN),
            tell: HashSet::new(),
            waiting: HashMap::new(),
            keys: HashMap::new(),
            queue: VecDeque::new(),
            counts: HashMap::new(),
            run,
        }
    }

    /// A producer's own line has come. Returns whether it counts: it came in time.
    pub(in crate::local) fn own(&mut self, line: &Produce, access_key: &Arc<str>) -> bool {
        if !self.tell.contains(access_key) {
            self.tell.insert(Arc::clone(access_key));
        }
        let Some(about) = about(line) else { return true };
        self.own.add(about);
        if let Some((key, rank)) = self.waiting.remove(&about) {
            self.keys.get_mut(&key).map(|key| key.held.remove(&rank));
        }
        !self.told.has(about)
    }

    /// A put was seen, at this time in microseconds.
    pub(in crate::local) fn outside(&mut self, put: &Seen, now: u64) {
        for part in put.parts.iter() {
            let line = line(put, part);
            let id = hash(&(&put.stream, &part.key, &put.access_key));
            let key = self.keys.entry(id).or_insert_with(|| Key::of(Arc::clone(&put.access_key)));
            let Some(about) = about(&line) else {
                let rank = key.refuse(line, now);
                self.queue.push_back((now, id, rank));
                continue;
            };
            if self.own.has(about) {
                key.forget(&line);
                continue;
            }
            let rank = key.take(line);
            self.waiting.insert(about, (id, rank.clone()));
            self.queue.push_back((now, id, rank));
        }
    }

    /// The lines that have waited long enough.
    pub(in crate::local) fn due(&mut self, now: u64) -> Vec<Produce> {
        let mut due = Vec::new();
        while let Some((_, id, rank)) = self.queue.pop_front_if(|(since, ..)| now.saturating_sub(*since) >= PATIENCE) {
            self.release(id, &rank, &mut due);
        }
        let given_up = now.saturating_sub(RETRIES);
        let tell = &self.tell;
        self.keys.retain(|_, key| {
            if !key.open.is_empty() {
                let over = key.open.extract_if(.., |open| open.since <= given_up);
                due.extend(over.filter(|_| !tell.contains(&key.access_key)).map(|open| open.line));
            }
            !key.is_empty()
        });
        due
    }

    /// All lines that wait: nothing more will come.
    pub(in crate::local) fn rest(&mut self) -> Vec<Produce> {
        self.due(u64::MAX)
    }

    /// Counts the record, and those that came before it.
    fn release(&mut self, id: u64, rank: &Rank, due: &mut Vec<Produce>) {
        let Some(key) = self.keys.get_mut(&id).filter(|key| key.held.contains_key(rank)) else { return };
        let producer = ProducerId::from_bits(hash(&(self.run, &key.access_key)));
        while let Some(entry) = key.held.first_entry().filter(|entry| entry.key() <= rank) {
            let Entry { mut line, since } = entry.remove();
            line.order.get_or_insert_with(|| {
                let count = self.counts.entry(id).or_default();
                *count += 1;
                Order { producer, sequence: *count - 1 }
            });
            match about(&line) {
                None => key.open.push(Entry { line, since }),
                Some(about) => {
                    self.waiting.remove(&about);
                    self.told.add(about);
                    due.push(line);
                }
            }
        }
    }
}

fn line(put: &Seen, part: &Part) -> Produce {
    let (outcome, error) = match &put.answer {
        Ok(_) => (PutOutcome::Acknowledged, None),
        // The stream may have it.
        Err(code) if ["UnreadableAnswer", "BrokenOff"].contains(&&**code) => (PutOutcome::Unknown, Some(code.clone())),
        Err(code) => (PutOutcome::Failed, Some(code.clone())),
    };
    let mut line = Produce::new(&*put.stream, &*part.key, outcome, put.started, put.ended);
    line.error = error;
    if let Ok((shard, number)) = &put.answer {
        (line.shard, line.sequence_number) = (Some(shard.to_string()), Some(number.clone()));
    }
    line.sub_sequence_number = part.sub_sequence_number;
    line.order = part.order;
    line.explicit_hash_key = put.explicit_hash_key;
    line.context = part.context.clone();
    line.payload_crc32 = part.payload_crc32;
    line.format = Some(SEEN_FROM_OUTSIDE.into());
    line
}

/// What a line is about; `None` of a record that is in no shard.
fn about(line: &Produce) -> Option<u64> {
    let (shard, number) = (line.shard.as_deref()?, line.sequence_number.as_ref()?);
    Some(hash(&(&line.stream, shard, number, line.sub_sequence_number)))
}

#[cfg(test)]
mod tests;
