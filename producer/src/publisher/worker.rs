//! The loop that asks the outbox, sends requests, and has their answers told.

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;

use super::Shared;
use super::answer::{Answered, settle};
use super::pending::Pending;
use crate::attempt::Attempt;
use crate::failure::Failure;
use crate::outbox::Entry;
use crate::put;
use crate::send_span::SendSpan;

pub(super) async fn run(shared: Arc<Shared>) {
    let mut requests: JoinSet<Answered> = JoinSet::new();
    loop {
        while requests.len() < shared.settings.max_in_flight {
            let request = shared.state().outbox.next_request(Instant::now());
            if request.is_empty() {
                break;
            }
            requests.spawn(send(Arc::clone(&shared), request));
        }
        let wake = {
            let state = shared.state();
            if state.closed && state.outbox.is_empty() {
                return;
            }
            state.outbox.next_wake()
        };
        tokio::select! {
            Some(answered) = requests.join_next() => settle(&shared, answered.unwrap_or_default()),
            () = shared.changed.notified() => {}
            () = sleep_until(wake) => {}
        }
    }
}

async fn sleep_until(wake: Option<Instant>) {
    match wake {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

/// It must not panic: with it would go its records, and the publisher would wait for them for ever.
async fn send(shared: Arc<Shared>, mut request: Vec<Entry<Pending>>) -> Answered {
    let settings = &shared.settings;
    let created: Vec<_> = request.iter().map(|entry| entry.item.span()).collect();
    let span = SendSpan::start(&settings.stream, &created, &settings.trace);
    let now = Instant::now();
    request.iter_mut().for_each(|entry| entry.item.begin_attempt(now));
    let records: Vec<_> = request.iter().map(|entry| entry.item.record()).collect();
    let attempts = put::put(&shared.client, &settings.stream, &records, settings.attempt_timeout).await;
    let failed = attempts.iter().filter(|attempt| !matches!(attempt, Attempt::Stored(_))).count();
    span.end(Failure::of_records(failed, attempts.len()).as_ref());
    request.into_iter().zip(attempts).collect()
}
