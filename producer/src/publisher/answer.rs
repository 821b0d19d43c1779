//! What an answered request means: for its records, for those behind them, for the publisher.

use std::sync::Arc;
use std::time::Instant;

use kinetrace::history::PutOutcome;

use super::Shared;
use super::give_up::GiveUp;
use super::pending::Pending;
use crate::attempt::Attempt;
use crate::backoff::backoff;
use crate::delivery::Reason;
use crate::outbox::{Entry, Halted};

/// The records of one request, each with what became of it.
pub(super) type Answered = Vec<(Entry<Pending>, Attempt)>;

pub(super) fn settle(shared: &Shared, answered: Answered) {
    let now = Instant::now();
    // One draw for the whole request: what failed together comes back together, and not in as many requests.
    let random = fastrand::f64();
    let is_alone = answered.len() == 1;
    for (mut entry, attempt) in answered {
        match attempt {
            Attempt::Stored(stored) => {
                shared.state().outbox.settle(&entry.group);
                entry.item.arrive(stored);
            }
            Attempt::Refused(cause) => retry(shared, entry, cause, now, random),
            Attempt::Unknown(cause) => {
                entry.item.doubt();
                retry(shared, entry, cause, now, random);
            }
            Attempt::Invalid(cause) if is_alone => give_up(shared, entry, cause),
            // Which of them it was shows when each goes by itself. That is no wait, and no time of it has to be left.
            Attempt::Invalid(_) => {
                entry.alone = true;
                put_back(shared, entry, now);
            }
            Attempt::Impossible(cause) => stop(shared, entry, cause),
        }
    }
}

fn retry(shared: &Shared, entry: Entry<Pending>, cause: String, now: Instant, random: f64) {
    let first = entry.item.first_attempt().unwrap_or(now);
    let at = now + backoff(entry.item.attempts(), random);
    if at.duration_since(first) > shared.settings.delivery_timeout {
        give_up(shared, entry, cause);
    } else {
        put_back(shared, entry, at);
    }
}

fn put_back(shared: &Shared, entry: Entry<Pending>, at: Instant) {
    let put_back = shared.state().outbox.retry(entry, at);
    if let Err(Halted { entry, halt }) = put_back {
        entry.item.fail(halt.into(), PutOutcome::Failed);
    }
}

/// Nothing of the group may pass the record that is given up, so the whole group stops, unless the caller chose
/// otherwise.
fn give_up(shared: &Shared, entry: Entry<Pending>, cause: String) {
    let cause: Arc<str> = cause.into();
    let behind = match shared.settings.give_up {
        GiveUp::HaltGroup => shared.state().outbox.halt(&entry.group, Arc::clone(&cause)),
        GiveUp::Skip => {
            shared.state().outbox.settle(&entry.group);
            Vec::new()
        }
    };
    fail_with_those_behind(entry, &cause, behind, Reason::Halted);
}

/// What is wrong is wrong for every record: to find that out for each group again would cost a request for each.
fn stop(shared: &Shared, entry: Entry<Pending>, cause: String) {
    let cause: Arc<str> = cause.into();
    let behind = {
        let outbox = &mut shared.state().outbox;
        outbox.settle(&entry.group);
        outbox.halt_all(Arc::clone(&cause))
    };
    fail_with_those_behind(entry, &cause, behind, Reason::Stopped);
}

fn fail_with_those_behind(
    entry: Entry<Pending>,
    cause: &Arc<str>,
    behind: Vec<Entry<Pending>>,
    reason: fn(Arc<str>) -> Reason,
) {
    let attempts = entry.item.attempts();
    entry.item.fail(Reason::Put { attempts, cause: Arc::clone(cause) }, PutOutcome::Failed);
    for entry in behind {
        entry.item.fail(reason(Arc::clone(cause)), PutOutcome::Failed);
    }
}
