//! The loop that asks the outbox, sends requests, and tells the outbox what became of them.

use std::sync::Arc;
use std::time::Instant;

use kinetrace::history::PutOutcome;
use kinetrace::semantic_conventions::{self as names, Operation};
use opentelemetry::trace::{Link, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};
use tokio::task::JoinSet;

use super::Shared;
use super::pending::Pending;
use crate::backoff::backoff;
use crate::delivery::Reason;
use crate::outbox::Entry;
use crate::put::{self, Attempt};

type Answered = Vec<(Entry<Pending>, Attempt)>;

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

async fn send(shared: Arc<Shared>, mut request: Vec<Entry<Pending>>) -> Answered {
    let settings = &shared.settings;
    let span = send_span(&shared, &request);
    let now = Instant::now();
    request.iter_mut().for_each(|entry| entry.item.begin_attempt(now));
    let records: Vec<_> = request.iter().map(|entry| entry.item.record()).collect();
    let attempts = put::put(&shared.client, &settings.stream, &records, settings.attempt_timeout).await;
    let failed = attempts.iter().filter(|attempt| !matches!(attempt, Attempt::Stored(_))).count();
    if failed > 0 {
        span.span().set_attribute(KeyValue::new(names::ERROR_TYPE, "put"));
        span.span().set_status(Status::error(format!("{failed} of {} records failed", attempts.len())));
    }
    span.span().end();
    request.into_iter().zip(attempts).collect()
}

/// `send <stream>`, linked to what it sends; a child of what the callers were doing, if that is one and the same.
fn send_span(shared: &Shared, request: &[Entry<Pending>]) -> Context {
    let settings = &shared.settings;
    let parent = request.first().map(|entry| entry.item.parent().clone()).unwrap_or_default();
    let is_common = |entry: &Entry<Pending>| entry.item.parent().span().span_context() == parent.span().span_context();
    let parent = if request.iter().all(is_common) { parent } else { Context::new() };
    let links = request.iter().map(|entry| entry.item.span_context()).filter(|context| context.is_valid());
    let mut attributes = Operation::Send.attributes(&settings.stream);
    if request.len() > 1 {
        let count = i64::try_from(request.len()).unwrap_or(i64::MAX);
        attributes.push(KeyValue::new(names::MESSAGING_BATCH_MESSAGE_COUNT, count));
    }
    let span = settings
        .tracer
        .span_builder(Operation::Send.span_name(&settings.stream))
        .with_kind(SpanKind::Client)
        .with_attributes(attributes)
        .with_links(links.map(|context| Link::new(context, Vec::new(), 0)).collect());
    parent.with_span(span.start_with_context(&*settings.tracer, &parent))
}

fn settle(shared: &Shared, answered: Answered) {
    let now = Instant::now();
    for (mut entry, attempt) in answered {
        let cause = match attempt {
            Attempt::Stored(stored) => {
                shared.state().outbox.settle(&entry.group);
                entry.item.arrive(stored);
                continue;
            }
            Attempt::Refused(cause) => cause,
            Attempt::Unknown(cause) => {
                entry.item.doubt();
                cause
            }
            Attempt::Impossible(cause) => {
                give_up(shared, entry, cause);
                continue;
            }
        };
        let first = entry.item.first_attempt().unwrap_or(now);
        let at = now + backoff(entry.item.attempts(), fastrand::f64());
        if at.duration_since(first) > shared.settings.delivery_timeout {
            give_up(shared, entry, cause);
        } else {
            shared.state().outbox.retry(entry, at);
        }
    }
}

/// Nothing of the group may pass the record that is given up, so the whole group stops.
fn give_up(shared: &Shared, entry: Entry<Pending>, cause: String) {
    let cause: Arc<str> = cause.into();
    let behind = shared.state().outbox.halt(&entry.group, Arc::clone(&cause));
    let attempts = entry.item.attempts();
    entry.item.fail(Reason::Put { attempts, cause: Arc::clone(&cause) }, PutOutcome::Failed);
    for entry in behind {
        entry.item.fail(Reason::Halted(Arc::clone(&cause)), PutOutcome::Failed);
    }
}
