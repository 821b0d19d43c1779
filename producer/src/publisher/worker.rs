//! The loop that asks the outbox, sends requests, and has their answers told.

use std::borrow::Cow;
use std::sync::Arc;

use kinetrace::__private::aggregation;
use kinetrace::Record;
use tokio::task::JoinSet;

use super::clock::{now, sleep_until};
use super::distribution;
use super::pending::Pending;
use super::shared::Shared;
use super::tell::{expire, settle, tell};
use crate::attempt::Attempt;
use crate::failure::Failure;
use crate::outbox::{Attempted, Parcel};
use crate::put;
use crate::send_span::SendSpan;

pub(super) async fn run(shared: Arc<Shared>) {
    distribution::check(&shared).await;
    let mut requests: JoinSet<Attempted<Pending>> = JoinSet::new();
    let mut settled = Vec::new();
    loop {
        let now = now();
        // What comes in from here on is news, or else is seen below.
        shared.state().is_saturated = false;
        settled.extend(expire(&shared, now));
        while requests.len() < shared.settings.max_in_flight {
            let request = shared.state().outbox.next_request(now);
            if request.is_empty() {
                break;
            }
            requests.spawn(send(Arc::clone(&shared), request));
        }
        // Callers' span processors may take their time, but not that of the next request.
        settled.drain(..).for_each(|settlement| tell(&shared, settlement));
        let wake = {
            let mut state = shared.state();
            if state.closed && state.outbox.is_empty() {
                return;
            }
            state.is_saturated = requests.len() >= shared.settings.max_in_flight;
            state.outbox.next_wake(now)
        };
        tokio::select! {
            Some(attempted) = requests.join_next() => settled = settle(&shared, attempted.unwrap_or_default()),
            () = shared.changed.notified() => {}
            () = sleep_until(wake) => {}
        }
    }
}

/// It must not panic: with it would go its records, and the publisher would wait for them for ever.
async fn send(shared: Arc<Shared>, request: Vec<Parcel<Pending>>) -> Attempted<Pending> {
    let settings = &shared.settings;
    let created: Vec<_> = request.iter().flat_map(Parcel::items).map(Pending::span).collect();
    let start = now();
    let span = SendSpan::start(&settings.stream, &created, &settings.trace);
    let count = created.len();
    let records = request.iter().map(record).collect();
    let mut cut_off = shared.cut_off.subscribe();
    let cut_off = async move { _ = cut_off.wait_for(|cut_off| *cut_off).await };
    let longest = settings.policy.attempt_timeout;
    let limit = request.iter().map(|parcel| parcel.attempt_limit(longest, start)).min().unwrap_or(longest);
    let attempts = put::put(&shared.client, &settings.stream, records, limit, cut_off).await;
    let attempted: Attempted<_> = request.into_iter().zip(attempts).collect();
    let failed = |(parcel, attempt): &(Parcel<_>, Attempt)| Some((attempt.error_type()?, parcel.items().count()));
    let failed: Vec<_> = attempted.iter().filter_map(failed).collect();
    span.end(Failure::of_records(failed.iter().map(|(_, records)| records).sum(), count).as_ref());
    settings.metrics.request(now().saturating_duration_since(start), failed.first().map(|(error_type, _)| *error_type));
    failed.into_iter().for_each(|(error_type, records)| settings.metrics.fail_attempt(error_type, records));
    attempted
}

/// As it goes into the stream.
fn record(parcel: &Parcel<Pending>) -> Cow<'_, Record> {
    let (first, others) = (parcel.first.record(), &parcel.others);
    if others.is_empty() {
        return Cow::Borrowed(first);
    }
    Cow::Owned(aggregation::pack(first, others.iter().map(Pending::record)))
}
