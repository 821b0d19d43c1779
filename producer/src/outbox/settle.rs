//! What one attempt has done to the queues: what goes again, and what is settled.

use std::iter;
use std::sync::Arc;
use std::time::Instant;

use super::backoff::backoff;
use super::halts::HaltNumber;
use super::key_queue::KeyQueue;
use super::parcel::Parcel;
use super::policy::FailurePolicy;
use super::queue::Outbox;
use super::settlement::{Halt, Settlement, Why};
use super::terms::{BatchId, Terms};
use crate::attempt::Attempt;

/// A request's parcels, each with what the attempt did to it.
pub(crate) type Attempted<T> = Vec<(Parcel<T>, Attempt)>;

impl<T> Outbox<T> {
    /// Puts back what is to go again, lets those after it go where a parcel has arrived, and returns what is settled.
    ///
    /// `random`, between 0 and 1, spreads the retries of many producers.
    pub(crate) fn settle(&mut self, attempted: Attempted<T>, now: Instant, random: f64) -> Vec<Settlement<T>> {
        self.shards.learn(attempted.iter().map(|(parcel, attempt)| (parcel.place, attempt)), now, random);
        let is_alone = attempted.len() == 1;
        let mut settled = Vec::with_capacity(attempted.len());
        for (mut parcel, attempt) in attempted {
            match attempt {
                Attempt::Stored(stored) => {
                    self.release(&parcel.key);
                    settled.push(Settlement { parcel, result: Ok(stored), halt: None });
                }
                Attempt::Refused(cause) | Attempt::Denied(cause) | Attempt::Unsent(cause) => {
                    let quiet = self.shards.quiet_until(parcel.place);
                    let at = quiet.unwrap_or_else(|| now + backoff(parcel.attempts, random));
                    self.retry(parcel, cause, now, at, &mut settled);
                }
                Attempt::Unknown(cause) => {
                    parcel.doubtful = true;
                    let at = now + backoff(parcel.attempts, random);
                    self.retry(parcel, cause, now, at, &mut settled);
                }
                Attempt::Invalid(cause) if is_alone => self.give_up(parcel, cause, true, &mut settled),
                // Which of them it was shows when each goes by itself. That is not a wait, and no time has to be
                // left.
                Attempt::Invalid(cause) => {
                    parcel.alone = true;
                    parcel.cause = Some(cause);
                    self.put_back(parcel, now, &mut settled);
                }
            }
        }
        settled
    }

    fn retry(
        &mut self,
        mut parcel: Parcel<T>,
        cause: Arc<str>,
        now: Instant,
        at: Instant,
        settled: &mut Vec<Settlement<T>>,
    ) {
        let last = parcel.first_attempt.unwrap_or(now) + self.policy.delivery_timeout;
        let deadline = parcel.terms.map(|terms| terms.deadline);
        if now < last && deadline.is_none_or(|deadline| now < deadline) {
            parcel.cause = Some(cause);
            self.put_back(parcel, at.min(last), settled);
        } else {
            self.give_up(parcel, cause, false, settled);
        }
    }

    /// It keeps its place at the head of its key's queue, unless all was halted meanwhile, or the time of its batch is up.
    fn put_back(&mut self, parcel: Parcel<T>, at: Instant, settled: &mut Vec<Settlement<T>>) {
        if let Some(halt) = self.halt_of(&parcel.key, parcel.terms) {
            self.release(&parcel.key);
            settled.push(halted(parcel, &halt, None));
        } else if let Some(queue) = self.queues.get_mut(&parcel.key) {
            self.waiting.insert((at, Arc::clone(&parcel.key)));
            queue.in_flight = false;
            queue.waits_until = Some(at);
            queue.put_back(parcel);
        }
    }

    /// Nothing of the key may pass what is given up, so the whole key stops, unless the caller chose otherwise.
    fn give_up(&mut self, parcel: Parcel<T>, cause: Arc<str>, permanent: bool, settled: &mut Vec<Settlement<T>>) {
        let why = Why::Put { attempts: parcel.attempts, cause: Arc::clone(&cause), permanent };
        if self.policy.failure_policy == FailurePolicy::Skip || self.halted_as_a_whole.is_some() {
            self.release(&parcel.key);
            settled.push(Settlement { parcel, result: Err(why), halt: None });
        } else if let Some(Terms { batch, .. }) = parcel.terms {
            self.halt_in_batch(batch, parcel, &cause, why, settled);
        } else {
            self.halt(parcel, cause, why, settled);
        }
    }

    /// The parcel and what waits of its batch in its key come back, and later records of both are refused with `cause`. The
    /// key's records of others go on.
    fn halt_in_batch(
        &mut self,
        batch: BatchId,
        parcel: Parcel<T>,
        cause: &Arc<str>,
        why: Why,
        settled: &mut Vec<Settlement<T>>,
    ) {
        let arrivals = self.batches.halt(batch, &parcel.key, cause);
        let withdraw = |arrivals| self.withdraw(&parcel.key, batch, arrivals);
        let waiting = arrivals.map(withdraw).unwrap_or_default();
        self.release(&parcel.key);
        settled.push(Settlement { parcel, result: Err(why), halt: None });
        settled.extend(waiting.into_iter().map(|parcel| halted(parcel, &Halt::Key(Arc::clone(cause)), None)));
    }

    /// The parcel and what waits of its key come back, and later records of it are refused with `cause`.
    fn halt(&mut self, parcel: Parcel<T>, cause: Arc<str>, why: Why, settled: &mut Vec<Settlement<T>>) {
        let key = Arc::clone(&parcel.key);
        let waiting: Vec<_> = self.forget(&key).iter_mut().flat_map(KeyQueue::drain).collect();
        let untold = iter::once(&parcel).chain(&waiting).map(|parcel| parcel.items().count()).sum();
        let number = self.halts.halt(key, Arc::clone(&cause), untold);
        let number = (self.policy.failure_policy == FailurePolicy::HaltUntilReported).then_some(number);
        let halt = Halt::Key(cause);
        settled.push(Settlement { parcel, result: Err(why), halt: number });
        settled.extend(waiting.into_iter().map(|parcel| halted(parcel, &halt, number)));
    }

    /// No record will leave any more: all that are not on their way come back, oldest first, and so do later ones. What
    /// is on its way is so still, until its answer comes.
    pub(crate) fn halt_all(&mut self, halt: Halt) -> Vec<Settlement<T>> {
        // Since then, nothing has come in or gone back that could be given back now.
        if self.halted_as_a_whole.is_some() {
            return Vec::new();
        }
        self.ready.clear();
        self.waiting.clear();
        self.halts.clear();
        let mut back: Vec<_> = self.queues.values_mut().flat_map(|queue| queue.drain()).collect();
        self.queues.retain(|_, queue| queue.in_flight);
        self.queues.shrink_to_fit();
        back.sort_unstable_by_key(|parcel| parcel.arrival);
        let back = back.into_iter().map(|parcel| halted(parcel, &halt, None)).collect();
        self.halted_as_a_whole = Some(halt);
        back
    }
}

fn halted<T>(parcel: Parcel<T>, halt: &Halt, number: Option<HaltNumber>) -> Settlement<T> {
    Settlement { parcel, result: Err(Why::Halt(halt.clone())), halt: number }
}
