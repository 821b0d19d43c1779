//! What is settled, told: to the metrics, in a warning, and to the callers.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use kinetrace::__private::warn;
use kinetrace::history::PutOutcome;

use super::clock::now;
use super::pending::Pending;
use super::shared::Shared;
use crate::delivery::Untold;
use crate::outbox::{Attempted, Halt, HaltNumber, Settlement, Why};

/// The outbox decides what an attempt means. Where nobody may be listening to deliveries, the halts are counted, and the
/// first loss has a line.
pub(super) fn settle(shared: &Shared, attempted: Attempted<Pending>) -> Vec<Settlement<Pending>> {
    let (settlements, halted) = {
        let outbox = &mut shared.state().outbox;
        let before = outbox.halted_keys();
        let settlements = outbox.settle(attempted, now(), fastrand::f64());
        (settlements, outbox.halted_keys().saturating_sub(before))
    };
    shared.settings.metrics.halt(halted);
    settlements.iter().for_each(|settlement| complain_of_first(shared, settlement));
    settlements
}

/// What comes back by now because the time of its batch is up.
pub(super) fn expire(shared: &Shared, now: Instant) -> Vec<Settlement<Pending>> {
    let expired = shared.state().outbox.expire(now);
    expired.iter().for_each(|settlement| complain_of_first(shared, settlement));
    expired
}

/// The callers learn what happened to their records. Not while the state is locked: where nobody wants to know, a halt ends
/// with this.
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
            let key = Arc::clone(&parcel.key);
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

/// A warning about the first record of a publisher that was given up.
/// The metrics count them all.
fn complain_of_first(shared: &Shared, Settlement { parcel, result, .. }: &Settlement<Pending>) {
    let key = shared.settings.trace.key_names.name(&parcel.key);
    let Some(line) = line(&shared.settings.stream, &key, result.as_ref().err()) else { return };
    if !shared.has_complained.swap(true, Ordering::Relaxed) {
        warn(line);
    }
}

/// Those that were halted came after one that was given up, and that has a line.
fn line(stream: &str, key: &str, why: Option<&Why>) -> Option<String> {
    match why? {
        Why::Put { attempts, cause, .. } => Some(format!(
            "a record of key {key:?} could not be published to {stream}, {attempts} attempt(s): {cause}; further \
             ones are only counted, in messaging.client.sent.messages by error.type"
        )),
        Why::Halt(Halt::Key(_) | Halt::TooMany(_) | Halt::All(_) | Halt::Expired | Halt::Closed) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_about_a_record_that_was_given_up_for_its_own_sake() {
        let put = Why::Put { attempts: 3, cause: "throttled".into(), permanent: false };
        let text = line("flights", "N14228", Some(&put)).unwrap();
        assert!(["N14228", "flights", "3 attempt", "throttled"].iter().all(|word| text.contains(word)), "{text}");
        for halt in [Halt::Key("".into()), Halt::TooMany(1), Halt::All("".into()), Halt::Expired, Halt::Closed] {
            assert_eq!(line("flights", "N14228", Some(&Why::Halt(halt))), None);
        }
        assert_eq!(line("flights", "N14228", None), None);
    }
}
