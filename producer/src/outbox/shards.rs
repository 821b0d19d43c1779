//! Which shards are throttled, as far as answers have shown.
//!
//! An answer names the shard of what was stored, but not of what was refused. A shard has one range of the hash space,
//! so what lies between two places that it has answered for is its own as well; what lies elsewhere waits for no shard.
//! Of a split or a merge nothing is known until an answer shows it, so what waits by then may do so for a shard that is
//! its own no more, for as long as a backoff lasts at most.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use kinetrace::HashKey;

use super::backoff::backoff;
use crate::attempt::Attempt;

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Shards {
    /// By the first place that each is known to have. The ranges are disjoint.
    known: BTreeMap<HashKey, Shard>,
    /// The first place of each, by its id: a stream may have thousands.
    firsts: BTreeMap<String, HashKey>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shard {
    id: String,
    /// The last place that it is known to have.
    last: HashKey,
    /// How often in a row it took nothing of what it was sent.
    refusals: u32,
    quiet_until: Option<Instant>,
}

impl Shards {
    /// Until when nothing of this place should be sent.
    pub(super) fn quiet_until(&self, place: HashKey) -> Option<Instant> {
        self.shard_of(place).and_then(|(_, shard)| shard.quiet_until)
    }

    /// What the answer to one request shows of the shards that it went to. What failed together comes back together:
    /// `random` is drawn once.
    pub(super) fn learn<'a>(
        &mut self,
        answers: impl Iterator<Item = (HashKey, &'a Attempt)> + Clone,
        now: Instant,
        random: f64,
    ) {
        let (mut took, mut refused) = (BTreeSet::new(), BTreeSet::new());
        for (place, attempt) in answers.clone() {
            if let Attempt::Stored(stored) = attempt {
                self.locate(place, &stored.shard_id);
            }
        }
        for (place, attempt) in answers {
            let Some((first, _)) = self.shard_of(place) else { continue };
            match attempt {
                Attempt::Stored(_) => _ = took.insert(first),
                // What does not depend on the shard still rests with it, so that not every key has to find out.
                Attempt::Refused(_) | Attempt::Denied(_) | Attempt::Unsent(_) => _ = refused.insert(first),
                Attempt::Unknown(_) | Attempt::Invalid(_) => {}
            }
        }
        for first in &refused {
            if let Some(shard) = self.known.get_mut(first) {
                shard.refuse(took.contains(first), now, random);
            }
        }
        for first in took.difference(&refused) {
            if let Some(shard) = self.known.get_mut(first) {
                shard.refusals = 0;
            }
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    fn shard_of(&self, place: HashKey) -> Option<(HashKey, &Shard)> {
        let (first, shard) = self.known.range(..=place).next_back()?;
        (place <= shard.last).then_some((*first, shard))
    }

    /// This shard has this place. Whatever was known to have it has been split or merged since.
    fn locate(&mut self, place: HashKey, id: &str) {
        if self.shard_of(place).is_some_and(|(_, shard)| shard.id == id) {
            return;
        }
        let own = self.firsts.remove(id).and_then(|first| Some((first, self.known.remove(&first)?)));
        let fresh = Shard { id: id.to_owned(), last: place, refusals: 0, quiet_until: None };
        let (first, mut shard) = own.unwrap_or((place, fresh));
        let first = first.min(place);
        shard.last = shard.last.max(place);
        while let Some(other) = self.last_between(first, shard.last)
            && let Some(other) = self.known.remove(&other)
        {
            self.firsts.remove(&other.id);
        }
        self.firsts.insert(id.to_owned(), first);
        self.known.insert(first, shard);
    }

    /// Of the shards that are known to have some place between these, the last one.
    fn last_between(&self, first: HashKey, last: HashKey) -> Option<HashKey> {
        let (begin, shard) = self.known.range(..=last).next_back()?;
        (first <= shard.last).then_some(*begin)
    }
}

impl Shard {
    fn refuse(&mut self, took_some: bool, now: Instant, random: f64) {
        // What was on its way when the shard fell quiet says nothing new.
        if self.quiet_until.is_some_and(|until| now < until) {
            return;
        }
        // While it takes some, it is as busy as it can be, and needs no longer rest.
        self.refusals = if took_some { 1 } else { self.refusals.saturating_add(1) };
        self.quiet_until = Some(now + backoff(self.refusals, random));
    }
}

#[cfg(test)]
mod tests;
