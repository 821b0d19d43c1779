//! One request on its way to the collector, until it has an answer or its time is up.

use std::time::Duration;

use opentelemetry_http::{Bytes, Request};
use tokio::time::{Instant, sleep, timeout_at};

use super::answer::{Accepted, is_worth_another_try, judge};
use super::error::ExportError;
use super::http_client::Client;
use super::no_answer::NoAnswer;

#[derive(Debug, Clone)]
pub(super) struct Delivery {
    client: Client,
    timeout: Duration,
    retries: Retries,
}

/// How often a request is sent again, and after how long for the first time; after twice as long each further time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retries {
    pub(super) times: u32,
    pub(super) pause: Duration,
}

impl Delivery {
    /// `timeout` is for a request and all that follows from it: further attempts, and halves.
    pub(super) fn new(client: &Client, timeout: Duration, retries: Retries) -> Self {
        Self { client: client.clone(), timeout, retries }
    }

    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.timeout
    }

    pub(super) async fn send(&self, request: &Request<Bytes>, deadline: Instant) -> Result<Accepted, ExportError> {
        let (mut left, mut pause, mut has_reconnected) = (self.retries.times, self.retries.pause, false);
        loop {
            let error = match self.attempt(request.clone(), deadline).await {
                Ok(accepted) => return Ok(accepted),
                Err(error) => error,
            };
            let wait = match &error {
                // It may have died long ago, while the process stood still. That costs nobody any time.
                ExportError::NoAnswer(NoAnswer::Closed, _) if !has_reconnected => {
                    has_reconnected = true;
                    continue;
                }
                ExportError::NoAnswer(..) => pause,
                ExportError::Refused(refused) if is_worth_another_try(refused.status) => {
                    refused.retry_after.unwrap_or(pause).max(pause)
                }
                _ => return Err(error),
            };
            if left == 0 || Instant::now() + wait >= deadline {
                return Err(error);
            }
            sleep(wait).await;
            (left, pause) = (left - 1, pause * 2);
        }
    }

    async fn attempt(&self, request: Request<Bytes>, deadline: Instant) -> Result<Accepted, ExportError> {
        match timeout_at(deadline, self.client.send(request)).await {
            Ok(Ok(answer)) => judge(&answer).map_err(ExportError::Refused),
            Ok(Err(error)) => Err(ExportError::NoAnswer(NoAnswer::of(error.as_ref()), error)),
            Err(_) => Err(ExportError::Timeout(self.timeout)),
        }
    }
}
