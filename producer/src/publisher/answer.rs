//! An answered request: the outbox decides what it means, and the callers are told.

use std::sync::Arc;

use kinetrace::history::PutOutcome;

use super::Shared;
use super::clock::now;
use super::pending::Pending;
use crate::delivery::Reason;
use crate::outbox::{Answered, Halt, HaltNumber, Settlement, Why};
use crate::untold::Untold;

pub(super) fn answer(shared: &Shared, answered: Answered<Pending>) -> Vec<Settlement<Pending>> {
    let (settlements, halted) = {
        let outbox = &mut shared.state().outbox;
        let before = outbox.halted_keys();
        let settlements = outbox.answer(answered, now(), fastrand::f64());
        (settlements, outbox.halted_keys().saturating_sub(before))
    };
    shared.settings.metrics.halt(halted);
    settlements.iter().for_each(|settlement| shared.complaint.about(&shared.settings, settlement));
    settlements
}

/// Not while the state is locked: where nobody wants to know, a halt ends with this.
pub(super) fn tell(shared: &Arc<Shared>, settlement: Settlement<Pending>) {
    let Settlement { parcel, result, halt } = settlement;
    match result {
        Ok(stored) => {
            let is_pack = !parcel.others.is_empty();
            for (index, pending) in (0..).zip(parcel.into_items()) {
                pending.arrive(stored.clone(), is_pack.then_some(index));
            }
        }
        Err(why) => {
            let outcome = if parcel.doubtful { PutOutcome::Unknown } else { PutOutcome::Failed };
            let key = Arc::clone(&parcel.group);
            let untold = || halt.map(|halt| untold(shared, Arc::clone(&key), halt));
            parcel.into_items().for_each(|pending| pending.fail(why.clone(), outcome, untold()));
        }
    }
}

/// The caller's delivery may outlive the publisher.
fn untold(shared: &Arc<Shared>, key: Arc<str>, halt: HaltNumber) -> Untold {
    let shared = Arc::downgrade(shared);
    Untold::new(move || {
        if let Some(shared) = shared.upgrade() {
            shared.resume(&key, |outbox| outbox.told(&key, halt));
        }
    })
}

impl From<Why> for Reason {
    fn from(why: Why) -> Self {
        match why {
            Why::Put { attempts, cause, .. } => Reason::Put { attempts, cause },
            Why::Halt(Halt::Group(cause)) => Reason::Halted(cause),
            Why::Halt(Halt::TooMany(keys)) => Reason::TooManyHalted(keys),
            Why::Halt(Halt::All(cause)) => Reason::Stopped(cause),
            Why::Halt(Halt::Closed) => Reason::Closed,
        }
    }
}
