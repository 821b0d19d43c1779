//! How a record is taken: into the buffer, with its count, its span and its context, and into its key's queue.

use std::future::Future;
use std::sync::Arc;

use kinetrace::__private::{Known, aggregation};
use kinetrace::history::{PutOutcome, Timestamp};
use kinetrace::{HashKey, Record};
use opentelemetry::Context;
use tokio::sync::oneshot;

use super::membership::Membership;
use super::pending::{Caller, Pending};
use super::room::Permit;
use super::shared::Shared;
use crate::create_span::CreateSpan;
use crate::delivery::Delivery;
use crate::limits;
use crate::outbox::Halted;
use crate::send_error::{DeliveryError, SendError};

/// Takes a record, unless there is no room for it until `time_is_up`.
pub(super) async fn enqueue(
    shared: &Shared,
    (record, known): (Record, Known),
    batch: Option<&Arc<Membership>>,
    time_is_up: impl Future<Output = ()>,
) -> Result<Delivery, Box<SendError>> {
    let parent = Context::current();
    if let Err(reason) = limits::check(&record, shared.settings.trace.max_record_bytes) {
        return Err(refuse(shared, record, reason));
    }
    let permit = tokio::select! {
        biased;
        permit = shared.room.take(record.size()) => permit.ok_or(DeliveryError::Abandoned),
        () = time_is_up => Err(DeliveryError::NoRoom),
    };
    let permit = match permit {
        Ok(permit) => permit,
        Err(reason) => return Err(refuse(shared, record, reason)),
    };
    hand_in(shared, parent, (record, known), permit, batch)
}

fn hand_in(
    shared: &Shared,
    parent: Context,
    (record, known): (Record, Known),
    permit: Permit,
    batch: Option<&Arc<Membership>>,
) -> Result<Delivery, Box<SendError>> {
    let (sender, settled) = oneshot::channel();
    let settings = &shared.settings;
    let caller = Caller::new(sender, shared.unanswered.begin(), batch.cloned());
    // Before the lock: meter providers, samplers, span processors and propagators may take their time.
    let waiting = settings.metrics.take(record.size());
    let span = CreateSpan::start(parent, (&settings.stream, Some(&record.partition_key)), &settings.trace);
    let fields = span.fields(&settings.trace);
    let hash_key = record.explicit_hash_key.unwrap_or_else(|| HashKey::of(&record.partition_key));
    let joins = settings.aggregation && aggregation::joins(&record);
    let mut state = shared.state();
    // Counting, injecting and queueing are one step: the count must be the place in the queue.
    let order = state.counter.next(&record.partition_key);
    let pending = Pending::new((record, known), order, (span, fields), &settings.trace, (permit, waiting), caller);
    let entry = pending.into_entry(hash_key, joins);
    let pushed = state.outbox.push(entry);
    // The time of a batch may be up before a request ends.
    let wakes_the_worker = batch.is_some() || !state.is_saturated;
    drop(state);
    match pushed {
        Ok(()) => {
            if wakes_the_worker {
                shared.changed.notify_one();
            }
            Ok(Delivery::new(settled, order))
        }
        // At once, so that a caller that hands in more and more is told in time.
        Err(Halted { entry, halt }) => Err(entry.item.refuse(halt)),
    }
}

/// The record is not taken. It counts as refused, and it is certain that Kinesis has none of it.
pub(super) fn refuse(shared: &Shared, record: Record, reason: DeliveryError) -> Box<SendError> {
    shared.settings.metrics.refuse(&reason);
    let (order, outcome, settled_at) = (None, PutOutcome::Failed, Timestamp::now());
    let permanent = matches!(reason, DeliveryError::PartitionKey(_) | DeliveryError::TooLarge { .. });
    Box::new(SendError { record: Some(record), order, reason, outcome, permanent, settled_at })
}
