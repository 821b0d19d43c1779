//! What an answer does to the queues.

use std::sync::Arc;
use std::time::Instant;

use super::settlement::Why;
use super::{Halt, Outbox, Parcel, Settlement};
use crate::attempt::Attempt;
use crate::backoff::backoff;
use crate::publisher::GiveUp;

/// A request's parcels, each with what became of it.
pub(crate) type Answered<T> = Vec<(Parcel<T>, Attempt)>;

impl<T> Outbox<T> {
    /// Puts back what is to go again, lets those behind go where a parcel has arrived, and returns what is settled.
    ///
    /// `random`, between 0 and 1, spreads the retries of many producers.
    pub(crate) fn answer(&mut self, answered: Answered<T>, now: Instant, random: f64) -> Vec<Settlement<T>> {
        self.shards.learn(answered.iter().map(|(parcel, attempt)| (parcel.place, attempt)), now, random);
        let is_alone = answered.len() == 1;
        let mut settled = Vec::with_capacity(answered.len());
        for (mut parcel, attempt) in answered {
            match attempt {
                Attempt::Stored(stored) => {
                    self.release(&parcel.group);
                    settled.push(Settlement { parcel, result: Ok(stored) });
                }
                Attempt::Refused(cause) => {
                    let quiet = self.shards.quiet_until(parcel.place);
                    let at = quiet.unwrap_or_else(|| now + backoff(parcel.attempts, random));
                    self.retry(parcel, cause, now, at, &mut settled);
                }
                Attempt::Unknown(cause) => {
                    parcel.doubtful = true;
                    let at = now + backoff(parcel.attempts, random);
                    self.retry(parcel, cause, now, at, &mut settled);
                }
                Attempt::Invalid(cause) if is_alone => self.give_up(parcel, cause.into(), &mut settled),
                // Which of them it was shows when each goes by itself. That is no wait, and no time of it has to be
                // left.
                Attempt::Invalid(_) => {
                    parcel.alone = true;
                    self.put_back(parcel, now, &mut settled);
                }
                Attempt::Impossible(cause) => self.stop(parcel, cause.into(), &mut settled),
            }
        }
        settled
    }

    fn retry(&mut self, parcel: Parcel<T>, cause: String, now: Instant, at: Instant, settled: &mut Vec<Settlement<T>>) {
        let last = parcel.first_attempt.unwrap_or(now) + self.policy.delivery_timeout;
        if now < last {
            self.put_back(parcel, at.min(last), settled);
        } else {
            self.give_up(parcel, cause.into(), settled);
        }
    }

    /// It keeps its place at the head of its group, unless that was halted meanwhile.
    fn put_back(&mut self, parcel: Parcel<T>, at: Instant, settled: &mut Vec<Settlement<T>>) {
        if let Some(halt) = self.halt_of(&parcel.group) {
            self.release(&parcel.group);
            settled.push(halted(parcel, &halt));
        } else if let Some(group) = self.groups.get_mut(&parcel.group) {
            self.waiting.insert((at, Arc::clone(&parcel.group)));
            group.in_flight = false;
            group.put_back(parcel);
        }
    }

    /// Nothing of the group may pass what is given up, so the whole group stops, unless the caller chose otherwise.
    fn give_up(&mut self, parcel: Parcel<T>, cause: Arc<str>, settled: &mut Vec<Settlement<T>>) {
        let name = Arc::clone(&parcel.group);
        settled.push(given_up(parcel, &cause));
        match self.policy.give_up {
            GiveUp::HaltGroup => settled.extend(self.halt(&name, cause)),
            GiveUp::Skip => self.release(&name),
        }
    }

    /// What is wrong is wrong for every record: to find that out for each group again would cost a request for each.
    fn stop(&mut self, parcel: Parcel<T>, cause: Arc<str>, settled: &mut Vec<Settlement<T>>) {
        self.release(&parcel.group);
        settled.push(given_up(parcel, &cause));
        settled.extend(self.halt_all(Halt::All(cause)));
    }

    /// Nothing of the group is on its way any more: what waits may go.
    fn release(&mut self, name: &Arc<str>) {
        let Some(group) = self.groups.get_mut(name) else { return };
        group.in_flight = false;
        match group.head() {
            Some(head) => _ = self.ready.insert((head.arrival, Arc::clone(name))),
            None => _ = self.groups.remove(name),
        }
    }

    /// What waits in the group comes back, and later records of it are refused with `cause`.
    fn halt(&mut self, name: &Arc<str>, cause: Arc<str>) -> Vec<Settlement<T>> {
        let mut group = self.groups.remove(name);
        let halt = Halt::Group(Arc::clone(&cause));
        self.halted.insert(Arc::clone(name), cause);
        let waiting = group.iter_mut().flat_map(|group| group.drain());
        waiting.map(|parcel| halted(parcel, &halt)).collect()
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
        self.halted.clear();
        let mut back: Vec<_> = self.groups.values_mut().flat_map(|group| group.drain()).collect();
        self.groups.retain(|_, group| group.in_flight);
        back.sort_unstable_by_key(|parcel| parcel.arrival);
        let back = back.into_iter().map(|parcel| halted(parcel, &halt)).collect();
        self.halted_as_a_whole = Some(halt);
        back
    }
}

fn given_up<T>(parcel: Parcel<T>, cause: &Arc<str>) -> Settlement<T> {
    let why = Why::Put { attempts: parcel.attempts, cause: Arc::clone(cause) };
    Settlement { parcel, result: Err(why) }
}

fn halted<T>(parcel: Parcel<T>, halt: &Halt) -> Settlement<T> {
    Settlement { parcel, result: Err(Why::Halt(halt.clone())) }
}
