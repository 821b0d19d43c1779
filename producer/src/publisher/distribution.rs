//! The question to the stream whether it places records by their partition keys at all.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::Config;
use aws_sdk_kinesis::config::retry::RetryConfig;
use futures_util::FutureExt as _;
use kinetrace::__private::{MAX_TEXT, one_line, panic_message, warn};

use super::auto_distribution::{AutoDistribution, Strategy, Verdict, verdict};
use super::clock::{now, sleep_until};
use super::shared::Shared;
use super::tell::{expire, tell};
use crate::answer_limit::AnswerLimit;
use crate::outbox::Halt;
use crate::put;

/// Returns when records may go, or none ever will.
pub(super) async fn check(shared: &Arc<Shared>) {
    let settings = &shared.settings;
    if settings.auto_distribution == AutoDistribution::Allow || !has_work(shared).await {
        return;
    }
    let mut cut_off = shared.cut_off.subscribe();
    let mut answer = pin!(ask(&shared.client, &settings.stream, settings.policy.attempt_timeout));
    let answer = loop {
        // What comes back because its batch has no more time does not wait for the answer.
        let now = now();
        expire(shared, now).into_iter().for_each(|settlement| tell(shared, settlement));
        let wake = shared.state().outbox.next_wake(now);
        tokio::select! {
            answer = &mut answer => break answer,
            _ = cut_off.wait_for(|cut_off| *cut_off) => return,
            () = shared.changed.notified() => {}
            () = sleep_until(wake) => {}
        }
    };
    match verdict(settings.auto_distribution, &settings.stream, answer) {
        Verdict::Go => {}
        Verdict::Warn(line) => warn(line),
        Verdict::Refuse(cause) => {
            let refused = shared.state().outbox.halt_all(Halt::All(cause.into()));
            refused.into_iter().for_each(|settlement| tell(shared, settlement));
        }
    }
}

/// Waits for the first record; false if there will be none.
async fn has_work(shared: &Shared) -> bool {
    loop {
        {
            let state = shared.state();
            if state.closed || !state.outbox.is_empty() {
                return !state.outbox.is_empty();
            }
        }
        shared.changed.notified().await;
    }
}

async fn ask(client: &Client, stream: &str, limit: Duration) -> Result<Strategy, String> {
    // The quota for this call is one account's: a burst of cold starts that is refused must not ask three times as often.
    let once = Config::builder().interceptor(AnswerLimit).retry_config(RetryConfig::disabled());
    let call = client.describe_stream_summary().stream_name(stream).customize().config_override(once).send();
    // The client may have interceptors of the caller's. A panic of theirs would end the publisher.
    match tokio::time::timeout(limit, AssertUnwindSafe(call).catch_unwind()).await {
        Ok(Ok(Ok(answer))) => {
            let summary = answer.stream_description_summary;
            Ok(summary.and_then(|summary| summary.record_distribution_strategy))
        }
        Ok(Ok(Err(error))) => Err(put::words(&error)),
        Ok(Err(panic)) => Err(format!("panicked: {}", one_line(panic_message(panic.as_ref()), MAX_TEXT))),
        Err(_) => Err(format!("no answer within {limit:?}")),
    }
}
