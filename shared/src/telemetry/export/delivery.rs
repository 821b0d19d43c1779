//! One request on its way to the collector, until it has an answer or its time is up.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_http::{Bytes, Request, Response};
use tokio::time::{Instant, sleep, timeout_at};

use super::answer::{Accepted, Refused, is_worth_another_try, judge};
use super::error::ExportError;
use super::http_client::Client;
use super::no_answer::NoAnswer;
use super::outgoing::Outgoing;
use super::signing::{Remedy, Seal};
use super::way::Way;

#[derive(Debug, Clone)]
pub(super) struct Delivery {
    client: Client,
    outgoing: Outgoing,
    timeout: Duration,
    retries: Retries,
}

/// How often a request is sent again, and after how long for the first time; after twice as long each further time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retries {
    pub(super) times: u32,
    pub(super) pause: Duration,
}

/// Of one attempt.
struct Failure {
    error: ExportError,
    /// What may help, if the request was signed.
    remedy: Option<Remedy>,
}

impl Delivery {
    /// `timeout` is for a request and all that follows from it: further attempts, and halves.
    pub(super) fn new(client: Client, outgoing: Outgoing, timeout: Duration, retries: Retries) -> Self {
        Self { client, outgoing, timeout, retries }
    }

    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.timeout
    }

    pub(super) async fn send(&self, request: &Request<Bytes>, deadline: Instant) -> Result<Accepted, ExportError> {
        let request = self.outgoing.packed(request)?;
        let (mut left, mut pause, mut has_reconnected) = (self.retries.times, self.retries.pause, false);
        let mut remedies: Vec<Remedy> = Vec::new();
        loop {
            let Failure { error, remedy } = match self.attempt(request.clone(), deadline).await {
                Ok(accepted) => return Ok(accepted),
                Err(failure) => failure,
            };
            // Each once, or they would alternate for ever where neither helps.
            if let Some(remedy) = remedy.filter(|remedy| !remedies.iter().any(|other| other.is_like(remedy))) {
                let helps = timeout_at(deadline, self.outgoing.apply(&remedy)).await;
                remedies.push(remedy);
                if helps == Ok(true) {
                    continue;
                }
            }
            let wait = match &error {
                // It may have died long ago, while the process stood still. That costs nobody any time.
                ExportError::NoAnswer(NoAnswer::Closed, ..) if !has_reconnected => {
                    has_reconnected = true;
                    continue;
                }
                ExportError::NoAnswer(..) => pause,
                ExportError::Refused(refused, _) if is_worth_another_try(refused.status) => {
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

    async fn attempt(&self, request: Request<Bytes>, deadline: Instant) -> Result<Accepted, Failure> {
        let way = || self.client.way();
        let (request, seal) = match timeout_at(deadline, self.outgoing.signed(request)).await {
            Ok(signed) => signed?,
            Err(_) => return Err(ExportError::Credentials(self.no_credentials()).into()),
        };
        match timeout_at(deadline, self.client.send(request)).await {
            Ok(Ok(answer)) => judge(&answer).map_err(|refused| Failure::of(refused, way(), &answer, seal.as_ref())),
            Ok(Err(error)) => Err(ExportError::NoAnswer(NoAnswer::of(error.as_ref()), error, way()).into()),
            Err(_) => Err(ExportError::Timeout(self.timeout, way()).into()),
        }
    }

    fn no_credentials(&self) -> String {
        format!("their provider gave no answer within {:?} (OTEL_EXPORTER_OTLP_TIMEOUT)", self.timeout)
    }
}

impl Failure {
    fn of(refused: Refused, way: Arc<Way>, answer: &Response<Bytes>, seal: Option<&Seal>) -> Self {
        let (refused, remedy) = match seal {
            Some(seal) => seal.examine(refused, answer),
            None => (refused, None),
        };
        Self { error: ExportError::Refused(refused, way), remedy }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        Self { error, remedy: None }
    }
}
