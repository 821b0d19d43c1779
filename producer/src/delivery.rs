//! What the caller learns of a record, and who waits for the caller to learn it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use kinetrace::history::{Timestamp, TraceIds};
use kinetrace::{Injection, Order, SequenceNumber};
use tokio::sync::oneshot;

use crate::send_error::SendError;

/// Kinesis has the record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ack {
    /// The shard that took it.
    pub shard_id: String,
    /// Its number there.
    pub sequence_number: SequenceNumber,
    /// Its place in the aggregated record it was packed into, from 0; `None` if it travelled by itself.
    pub sub_sequence_number: Option<u64>,
    /// Its number among the records of its key. It travels with the record if the carrier has room for it.
    pub order: Order,
    /// Whether the context travels; `None` if the publisher has no carrier.
    pub injection: Option<Injection>,
    /// The context that travels with it.
    pub context: Option<TraceIds>,
    /// When the answer came, by this machine's clock; the caller may have asked for it much later.
    pub settled_at: Timestamp,
}

pub(crate) type Settled = Result<Ack, Box<SendError>>;

/// What goes to the caller, and who waits for the caller to take it or to drop the delivery.
pub(crate) type Message = (Settled, Option<Untold>);

/// Resolves once the record's fate is known. Dropping it does not stop the record; it tells the publisher that
/// nobody wants to know, which counts as having been told
/// ([`FailurePolicy::HaltUntilReported`](crate::FailurePolicy::HaltUntilReported)).
#[derive(Debug)]
#[must_use = "the record is in flight, and only this tells its fate"]
pub struct Delivery {
    settled: oneshot::Receiver<Message>,
    order: Order,
}

impl Delivery {
    pub(crate) fn new(settled: oneshot::Receiver<Message>, order: Order) -> Self {
        Self { settled, order }
    }
}

impl Future for Delivery {
    type Output = Settled;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Settled> {
        let settled = Pin::new(&mut self.settled).poll(cx);
        settled.map(|message| match message {
            Ok((settled, _untold)) => settled,
            Err(_) => Err(Box::new(SendError::abandoned(Some(self.order)))),
        })
    }
}

/// Travels with the news that a record came back, and has something happen when it is dropped: the caller has been told,
/// or has dropped the delivery, read or unread.
pub(crate) struct Untold(Option<Box<dyn FnOnce() + Send>>);

impl Untold {
    pub(crate) fn new(told: impl FnOnce() + Send + 'static) -> Self {
        Self(Some(Box::new(told)))
    }
}

impl Drop for Untold {
    fn drop(&mut self) {
        if let Some(told) = self.0.take() {
            told();
        }
    }
}

impl fmt::Debug for Untold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Untold").finish_non_exhaustive()
    }
}
