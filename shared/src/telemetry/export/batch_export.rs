//! A batch of spans, or of log records, on its way: encoded, sent, halved if it is too large, and reported as far as it is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::StatusCode;
use opentelemetry_http::{Bytes, Request};
use tokio::time::Instant;

use super::delivery::Delivery;
use super::encoder::Encode;
use super::error::{Cause, ExportError};
use super::losses::Losses;
use super::output::Output;
use super::oversize::fitted;
use super::split::Spans;

#[derive(Debug)]
pub(super) struct BatchExport<E> {
    encoder: E,
    output: Output,
    /// If there is a collector.
    delivery: Option<Delivery>,
    losses: Arc<Losses>,
    /// Of one span, in a request. No endpoint but CloudWatch's has such a limit.
    max_span_bytes: Option<usize>,
    /// Smaller requests were refused by it as well.
    bad_request_is_final: AtomicBool,
}

/// What further batches can learn of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    Right,
    /// The collector takes smaller ones.
    TooLarge,
}

impl<E: Encode> BatchExport<E> {
    pub(super) fn new(
        encoder: E,
        output: Output,
        delivery: Option<Delivery>,
        losses: Arc<Losses>,
        max_span_bytes: Option<usize>,
    ) -> Self {
        let bad_request_is_final = AtomicBool::default();
        Self { encoder, output, delivery, losses, max_span_bytes, bad_request_is_final }
    }

    pub(super) fn losses(&self) -> &Losses {
        &self.losses
    }

    pub(super) async fn export(&self, items: Vec<Box<E::Item>>) -> Size {
        let count = items.len();
        self.output.print(items.iter().map(|item| E::text(item)), &self.losses);
        if self.delivery.is_none() && !self.output.takes_requests() {
            return Size::Right;
        }
        let request = match self.encoder.request(items).await {
            Ok(request) => request,
            Err(error) => {
                self.losses.failed(&Request::default(), count, &error);
                return Size::Right;
            }
        };
        self.output.write_lines(&request, count, &self.losses);
        let Some(delivery) = &self.delivery else { return Size::Right };
        let (request, count) = match self.max_span_bytes {
            Some(limit) => fitted(request, count, limit, &self.losses),
            None => (request, count),
        };
        if count == 0 {
            return Size::Right;
        }
        let deadline = delivery.deadline();
        match delivery.send(&request, deadline).await {
            Ok(accepted) => self.losses.accepted(&request, &accepted),
            Err(error) if count > 1 && self.may_be_for_size(&error) => {
                return self.send_halves(delivery, &request, count, &error, deadline).await;
            }
            Err(error) => self.losses.failed(&request, count, &error),
        }
        Size::Right
    }

    /// The protocol has a code for it, and some collectors a less telling one: a body that is cut off where their limit is
    /// looks to them like a bad request.
    fn may_be_for_size(&self, error: &ExportError) -> bool {
        match error.cause() {
            Cause::Status(StatusCode::PAYLOAD_TOO_LARGE) => true,
            Cause::Status(StatusCode::BAD_REQUEST) => !self.bad_request_is_final.load(Ordering::Relaxed),
            _ => false,
        }
    }

    /// Both halves of what was refused, and theirs. If neither of the first two single spans is taken, a bad request was not bad
    /// for its size, and nothing further is tried, in this batch and in others.
    async fn send_halves(
        &self,
        delivery: &Delivery,
        request: &Request<Bytes>,
        count: usize,
        error: &ExportError,
        deadline: Instant,
    ) -> Size {
        let Some(whole) = Spans::of(request.body().clone()) else {
            self.losses.failed(request, count, error);
            return Size::Right;
        };
        let (first, second) = whole.halves();
        let (mut parts, mut is_any_taken, mut refused) = (vec![second, first], false, 0);
        while let Some(part) = parts.pop() {
            let mut request = request.clone();
            *request.body_mut() = part.body();
            match delivery.send(&request, deadline).await {
                Ok(accepted) => {
                    is_any_taken = true;
                    self.losses.accepted(&request, &accepted);
                }
                Err(error) if part.count() > 1 && self.may_be_for_size(&error) => {
                    let (first, second) = part.halves();
                    parts.extend([second, first]);
                }
                Err(error) => {
                    refused += part.count();
                    let goes_on = self.goes_on(&error, is_any_taken, refused);
                    let rest: usize = if goes_on { 0 } else { parts.drain(..).map(|part| part.count()).sum() };
                    self.losses.failed(&request, part.count() + rest, &error);
                }
            }
        }
        if is_any_taken && refused == 0 { Size::TooLarge } else { Size::Right }
    }

    /// Whether other parts are tried after this error. What has nothing to do with size meets them, too.
    fn goes_on(&self, error: &ExportError, is_any_taken: bool, refused: usize) -> bool {
        let is_final = !is_any_taken && refused > 1 && error.cause() == Cause::Status(StatusCode::BAD_REQUEST);
        self.bad_request_is_final.fetch_or(is_final, Ordering::Relaxed);
        !is_final && self.may_be_for_size(error)
    }
}
