//! An answered request: the outbox decides what it means, and the callers are told.

use std::time::Instant;

use kinetrace::history::PutOutcome;

use super::Shared;
use super::pending::Pending;
use crate::delivery::Reason;
use crate::outbox::{Answered, Halt, Settlement, Why};

pub(super) fn answer(shared: &Shared, answered: Answered<Pending>) -> Vec<Settlement<Pending>> {
    let (settlements, halted) = {
        let outbox = &mut shared.state().outbox;
        let before = outbox.halted_groups();
        let settlements = outbox.answer(answered, Instant::now(), fastrand::f64());
        (settlements, outbox.halted_groups().saturating_sub(before))
    };
    shared.settings.metrics.halt(halted);
    settlements.iter().for_each(|settlement| shared.complaint.about(&shared.settings, settlement));
    settlements
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
