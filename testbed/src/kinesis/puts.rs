//! Every record that clients put, as seen from between them and the service.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use futures_util::future::{BoxFuture, FutureExt as _};
use kinetrace::history::Timestamp;
use kinetrace::{HashKey, SequenceNumber};
use tokio::runtime::Handle;
use tokio::sync::mpsc::UnboundedSender;

use super::put_request::{Entry, PutRequest};

/// A record of a PutRecord or a PutRecords, whose fate is known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Put {
    /// The stream's name, also where the client named its ARN. Empty if it named neither.
    pub stream: String,
    /// The record's partition key.
    pub partition_key: String,
    /// Where the client wants it in the hash space; `None` too if what it wrote is not a hash key, for which Kinesis refuses it.
    pub explicit_hash_key: Option<HashKey>,
    /// The record's bytes, as the stream has them.
    pub data: Bytes,
    /// When the request began to arrive.
    pub started: Timestamp,
    /// When it was answered. The client knows the answer a moment later.
    pub ended: Timestamp,
    /// The shard that has the record, and its number there; or why not: Kinesis' error code, such as
    /// `ProvisionedThroughputExceededException`. Where that says of the record nothing that can be read, it is `UnreadableAnswer` or
    /// `BrokenOff`: then the stream may have it.
    pub answer: Result<(String, SequenceNumber), String>,
    /// The id of the access key that signed the request; empty if none did. Signatures are not verified.
    pub access_key: String,
}

/// Sends on what is put. It changes no request and no answer.
///
/// A record is on its way before its client has the answer, and in a PutRecords' order. A client that hangs up while its request is
/// being answered makes no difference: its records are put, and sent on as they were answered. A request that breaks off before
/// it has arrived, or cannot be read, has no records.
#[derive(Debug, Clone)]
pub struct Puts(UnboundedSender<Put>);

impl Puts {
    /// Sends on to this receiver. Where it is gone, nothing is sent.
    pub fn new(to: UnboundedSender<Put>) -> Self {
        Self(to)
    }

    /// The service, whose puts are seen.
    pub fn wrap(&self, service: Router) -> Router {
        service.layer(from_fn_with_state(self.clone(), see))
    }

    async fn forward(self, put: PutRequest, started: Timestamp) -> Response {
        let access_key = put.access_key();
        let (contents, fates, response) = put.forward_and_read().await;
        let ended = Timestamp::now();
        for (Entry { partition_key, explicit_hash_key, data }, answer) in contents.entries.into_iter().zip(fates) {
            let (stream, access_key) = (contents.stream.clone(), access_key.clone());
            let put = Put { stream, partition_key, explicit_hash_key, data, started, ended, answer, access_key };
            // Nobody looks any more.
            let _ = self.0.send(put);
        }
        response
    }
}

async fn see(State(puts): State<Puts>, request: Request, next: Next) -> Response {
    if !PutRequest::is(&request) {
        return next.run(request).await;
    }
    let started = Timestamp::now();
    match PutRequest::read(request, next).await {
        Ok(put) => ToTheEnd(Some(puts.forward(put, started).boxed())).await,
        Err(answer) => answer,
    }
}

/// An answer that is worked on to its end also when the server drops it, as it does when the client hangs up.
struct ToTheEnd(Option<BoxFuture<'static, Response>>);

impl Future for ToTheEnd {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        let Some(answer) = &mut self.0 else { return Poll::Pending };
        let polled = answer.poll_unpin(context);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl Drop for ToTheEnd {
    fn drop(&mut self) {
        if let (Some(answer), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(answer);
        }
    }
}
