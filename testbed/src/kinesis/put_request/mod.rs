//! A put on the wire: read, forwarded as a whole, in parts, or without some of its records, and answered.
//!
//! * `encoding`: JSON or CBOR. `contents`: the records. `access_key`: who signed it.
//! * `answer`: what Kinesis says of each record, and refusals that it did not make.

mod access_key;
mod answer;
mod arn;
mod contents;
mod encoding;
mod parts;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header, request};
use axum::middleware::Next;
use axum::response::Response;

use serde_json::Value;

use super::operation::{ask, operation};
use access_key::access_key;
use answer::Batched;
pub(super) use answer::{Fate, Refusal, reset};
pub(super) use contents::{Contents, Entry};
pub(super) use encoding::Encoding;

/// A PutRecord or a PutRecords, and the way to Kinesis.
#[derive(Debug, Clone)]
pub(super) struct PutRequest {
    head: request::Parts,
    body: Bytes,
    encoding: Encoding,
    contents: Contents,
    next: Next,
}

impl PutRequest {
    pub(super) fn is(request: &Request) -> bool {
        matches!(operation(request), "PutRecord" | "PutRecords")
    }

    /// The error is the answer to a client that broke it off: it never gets it, and Kinesis never gets the put.
    pub(super) async fn read(request: Request, next: Next) -> Result<Self, Response> {
        let encoding = Encoding::of(request.headers());
        let is_batch = operation(&request) == "PutRecords";
        let (head, body) = request.into_parts();
        let broken_off = |_| {
            let refusal = Refusal { code: "SerializationException", message: "the request broke off".to_owned() };
            refusal.answer(encoding, StatusCode::BAD_REQUEST)
        };
        let body = to_bytes(body, usize::MAX).await.map_err(broken_off)?;
        let contents = Contents::read(encoding, is_batch, &body);
        Ok(Self { head, body, encoding, contents, next })
    }

    pub(super) fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The entries of a PutRecords, which fail one by one; a PutRecord has none.
    pub(super) fn batch(&self) -> &[Entry] {
        if self.contents.is_batch { &self.contents.entries } else { &[] }
    }

    /// The id of the access key that signed it; empty if none did.
    pub(super) fn access_key(&self) -> String {
        access_key(&self.head)
    }

    /// Asks the same service something else, by the credentials of this request.
    pub(super) async fn ask(&self, operation: &'static str, question: &Value) -> Value {
        ask(&self.head, self.next.clone(), operation, question).await
    }

    /// This refusal of the whole, in the form that the client speaks.
    pub(super) fn refuse(&self, status: StatusCode, refusal: &Refusal) -> Response {
        refusal.answer(self.encoding, status)
    }

    /// Kinesis gets all of it, unchanged.
    pub(super) async fn forward(self) -> Response {
        self.next.run(Request::from_parts(self.head, self.body.into())).await
    }

    /// As [`forward`](Self::forward), and what the answer, which stays as it is, says of each record.
    pub(super) async fn forward_and_read(self) -> (Contents, Vec<Fate>, Response) {
        let Self { head, body, encoding, contents, next } = self;
        let (head, body) = next.run(Request::from_parts(head, body.into())).await.into_parts();
        let (fates, answer) = match to_bytes(body, usize::MAX).await {
            Ok(body) => {
                let fates = answer::fates(encoding, &contents, head.status, &body);
                (fates, Response::from_parts(head, Body::from(body)))
            }
            // What is wrapped made it so.
            Err(_) => (vec![Err(answer::BROKEN_OFF.to_owned()); contents.entries.len()], reset()),
        };
        (contents, fates, answer)
    }

    /// Kinesis gets it without the entries that are refused. A refusal beyond the entries has no effect, and neither has any
    /// on a PutRecord.
    pub(super) async fn forward_without(mut self, refusals: &[Option<Refusal>]) -> Response {
        let refusal = |index: usize| refusals.get(index).and_then(Option::as_ref);
        let refusals: Vec<_> = (0..self.batch().len()).map(|index| refusal(index).cloned()).collect();
        if refusals.iter().all(Option::is_none) {
            return self.forward().await;
        }
        let encoding = self.encoding;
        // Kinesis takes no request without entries.
        if refusals.iter().all(Option::is_some) {
            return answer::with_refusals(encoding, &[], &refusals);
        }
        let Some(body) = encoding.keep_entries(&self.body, |index| refusals[index].is_none()) else {
            return self.forward().await;
        };
        self.body = body;
        self.head.headers.remove(header::CONTENT_LENGTH);
        let answer = self.forward().await;
        if !answer.status().is_success() {
            return answer;
        }
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
        answer::with_refusals(encoding, &body, &refusals)
    }

    /// The bytes of its records' data and partition keys: what Kinesis limits.
    pub(super) fn size(&self) -> usize {
        self.contents.entries.iter().map(Entry::size).sum()
    }

    /// Kinesis gets it as requests of at most so many bytes, one after the other, and the client one answer. If a part after the
    /// first is refused, its records have failed, and the others are put.
    pub(super) async fn forward_in_parts(self, limit: usize) -> Response {
        let parts = parts::parts(self.batch().iter().map(Entry::size), limit);
        if parts.len() < 2 {
            return self.forward().await;
        }
        let mut told = Batched::default();
        for part in parts {
            let Some(body) = self.encoding.keep_entries(&self.body, |index| part.contains(&index)) else {
                return self.forward().await;
            };
            let mut head = self.head.clone();
            head.headers.remove(header::CONTENT_LENGTH);
            let answer = self.next.clone().run(Request::from_parts(head, body.into())).await;
            let is_taken = answer.status().is_success();
            if !is_taken && part.start == 0 {
                return answer;
            }
            let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
            if is_taken {
                told.answered(self.encoding, &body);
            } else {
                let message = String::from_utf8_lossy(&body).into_owned();
                told.refused(&Refusal { code: "InternalFailure", message }, part.len());
            }
        }
        told.answer(self.encoding)
    }
}
