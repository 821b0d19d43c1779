//! An answered request: the outbox decides what it means, and the callers are told.

use std::time::Instant;

use kinetrace::history::PutOutcome;

use super::pending::Pending;
use super::{GiveUp, Shared};
use crate::attempt::Attempt;
use crate::delivery::Reason;
use crate::outbox::{Answered, Halt, Settlement, Why};

pub(super) fn settle(shared: &Shared, answered: Answered<Pending>) {
    let halts_all = answered.iter().any(|(_, attempt)| matches!(attempt, Attempt::Impossible(_)));
    // Told behind the lock: callers' span processors may take their time.
    let settlements = shared.state().outbox.answer(answered, Instant::now(), fastrand::f64());
    if !halts_all && shared.settings.policy.give_up == GiveUp::HaltGroup {
        let is_given_up = |it: &&Settlement<_>| matches!(it.result, Err(Why::Put { .. }));
        shared.settings.metrics.halt(settlements.iter().filter(is_given_up).count());
    }
    settlements.into_iter().for_each(tell);
}

pub(super) fn tell(settlement: Settlement<Pending>) {
    let Settlement { parcel, result } = settlement;
    match result {
        Ok(stored) => {
            let is_pack = !parcel.others.is_empty();
            for (index, pending) in (0..).zip(parcel.into_items()) {
                pending.arrive(stored.clone(), is_pack.then_some(index));
            }
        }
        Err(why) => {
            let outcome = if parcel.doubtful { PutOutcome::Unknown } else { PutOutcome::Failed };
            parcel.into_items().for_each(|pending| pending.fail(why.clone().into(), outcome));
        }
    }
}

impl From<Why> for Reason {
    fn from(why: Why) -> Self {
        match why {
            Why::Put { attempts, cause } => Reason::Put { attempts, cause },
            Why::Halt(halt) => halt.into(),
        }
    }
}

impl From<Halt> for Reason {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Group(cause) => Reason::Halted(cause),
            Halt::All(cause) => Reason::Stopped(cause),
            Halt::Closed => Reason::Closed,
        }
    }
}
