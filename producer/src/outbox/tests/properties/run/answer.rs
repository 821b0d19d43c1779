//! What an answer does, and what must be true of what it settles.

use super::super::{Answer, Commit, Outcome};
use super::{Fate, LONGEST_WAIT, Run, items, key_of, place};
use crate::attempt::Attempt;
use crate::outbox::FailurePolicy;
use crate::outbox::tests::stream::Item;
use crate::outbox::tests::{denied, invalid, refused, stored, unknown, unsent};
use crate::outbox::{Parcel, Settlement, Why};

impl Run {
    fn attempt(&mut self, parcel: &Parcel<Item>, outcome: Outcome) -> Attempt {
        match outcome {
            Outcome::Stored => stored(&self.commit(parcel).to_string()),
            Outcome::Refused | Outcome::Denied | Outcome::Unsent => {
                self.throttled.insert(self.stream.shard_of(parcel.place));
                match outcome {
                    Outcome::Denied => denied(),
                    Outcome::Unsent => unsent(),
                    _ => refused(),
                }
            }
            Outcome::Unknown(Commit::Now) => {
                self.commit(parcel);
                unknown()
            }
            Outcome::Unknown(Commit::Later) => {
                self.late.push(parcel.clone());
                unknown()
            }
            Outcome::Unknown(Commit::Never) => unknown(),
        }
    }

    pub(super) fn answer(&mut self, request: Vec<Parcel<Item>>, answer: &Answer, random: f64) {
        let in_company = request.len() > 1;
        let attempts: Vec<_> = match answer {
            Answer::Each(outcomes) => request
                .iter()
                .zip(outcomes.iter().cycle())
                .map(|(parcel, outcome)| self.attempt(parcel, *outcome))
                .collect(),
            Answer::Invalid => request.iter().map(|_| invalid()).collect(),
        };
        for (parcel, attempt) in request.iter().zip(&attempts) {
            let mut returned = parcel.clone();
            returned.doubtful |= matches!(attempt, Attempt::Unknown(_));
            returned.cause = attempt.cause().cloned();
            returned.alone |= matches!(attempt, Attempt::Invalid(_)) && in_company;
            self.returned.insert(key_of(parcel), returned);
        }
        let is_failed = |attempt: &Attempt| !matches!(attempt, Attempt::Stored(_) | Attempt::Invalid(_));
        let failed = request.iter().zip(&attempts).filter(|(_, attempt)| is_failed(attempt));
        let failed: Vec<_> = failed.map(|(parcel, _)| parcel.clone()).collect();
        let settlements = self.outbox.settle(request.into_iter().zip(attempts).collect(), self.now, random);
        let is_given_up = settlements.iter().any(|settlement| matches!(settlement.result, Err(Why::Put { .. })));
        assert!(!(is_given_up && in_company && matches!(answer, Answer::Invalid)), "another may have been invalid");
        settlements.into_iter().for_each(|settlement| self.settle(settlement));
        self.check_waits();
        failed.iter().for_each(|parcel| self.check_time(parcel));
    }

    /// What failed goes again while there is time, and then no more.
    fn check_time(&self, parcel: &Parcel<Item>) {
        let end = parcel.first_attempt.unwrap() + self.outbox.policy.delivery_timeout;
        let deadline = parcel.terms.map(|terms| terms.deadline);
        let is_in_time = match self.outbox.waiting.iter().find(|(_, name)| *name == parcel.key) {
            Some((at, _)) => *at <= end,
            None => self.stopped || end <= self.now || deadline.is_some_and(|deadline| deadline <= self.now),
        };
        assert!(is_in_time, "{parcel:?}");
    }

    pub(super) fn settle(&mut self, settlement: Settlement<Item>) {
        let Settlement { parcel, result, halt } = settlement;
        let key = key_of(&parcel);
        for item in items(&parcel) {
            let fate = if result.is_ok() { Fate::Acknowledged } else { Fate::GivenBack };
            assert_eq!(self.settled.insert(item, fate), None, "{item:?} is settled twice");
            let is_as_told = match &result {
                Ok(stored) => self.stream.is_in(stored.shard_id.parse().unwrap(), item),
                Err(_) => parcel.doubtful || !self.stream.is_anywhere(item),
            };
            assert!(is_as_told, "{item:?} {result:?}");
        }
        if self.returned.get(&key).is_some_and(|returned| returned.first == parcel.first) {
            self.returned.remove(&key);
        }
        let halts = self.outbox.policy.failure_policy != FailurePolicy::Skip && !self.stopped;
        let of_batch = parcel.terms.filter(|_| self.outbox.halts.cause(&key.to_string()).is_none());
        let halts = halts && result.is_err();
        match of_batch {
            Some(terms) if halts => _ = self.halted_in_batch.insert((terms.batch, key)),
            None if halts => self.halted.entry(key).or_default().extend(items(&parcel)),
            _ => {}
        }
        let waits =
            halts && of_batch.is_none() && self.outbox.policy.failure_policy == FailurePolicy::HaltUntilReported;
        assert_eq!(halt.is_some(), waits, "{parcel:?}");
        self.came_back.extend(items(&parcel).into_iter().filter_map(|item| Some((item, halt?))));
    }

    /// Nothing waits for long, nor for a shard that is not its own.
    fn check_waits(&self) {
        let latest = self.now + LONGEST_WAIT;
        assert!(self.outbox.waiting.iter().all(|(at, _)| *at <= latest), "{:?}", self.outbox.waiting);
        for eighth in (0..8).filter(|_| !self.resharded) {
            let is_throttled = self.throttled.contains(&self.stream.shard_of(place(eighth)));
            let waits = self.outbox.shards.quiet_until(place(eighth)).is_some();
            assert!(is_throttled || !waits, "{eighth}/8 waits for a shard that is not its own");
        }
    }
}
