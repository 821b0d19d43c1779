//! The ordered publisher.

mod auto_distribution;
mod batch;
mod clock;
mod counter;
mod distribution;
mod ending;
mod flush;
mod hand_in;
mod membership;
mod pending;
mod room;
mod settings;
mod shared;
mod tell;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use kinetrace::{Record, RecordData};
use tokio::task::JoinHandle;

use crate::delivery::{Ack, Delivery};
use crate::send_error::{DeliveryError, SendError};
pub use auto_distribution::AutoDistribution;
pub use batch::Batch;
pub use flush::FlushError;
pub(crate) use settings::Settings;
use shared::Shared;

/// Publishes records so that those of one partition key arrive in the stream in the order in which they were handed in.
///
/// Of each key one record at most is on its way; different keys travel together in one `PutRecords`. What fails is
/// tried again in its place, with pauses of up to two seconds, until
/// [`delivery_timeout`](crate::PublisherBuilder::delivery_timeout): whether it was throttled, got no answer, found
/// nobody at the other end or no credentials to go with, or was refused because access is denied, a KMS key is disabled
/// or the stream is not there. Only what Kinesis would never take is given up before that, at once: a record that is
/// too large, for instance. For such a record it refuses the whole request, and does not say which one it was: they go
/// again one by one, and only what is refused alone is given up.
///
/// When a record has to be given up, its key is halted. It comes back, so do those that wait for it, and later ones are
/// refused, with an error that names the cause. Once the caller knows the fate of all that came back, the key goes on
/// with what the caller hands in next ([`FailurePolicy`](crate::FailurePolicy) has other choices). Other keys are not
/// concerned. So a publisher survives outages of any length, and nothing passes a record whose caller does not know
/// that it failed.
///
/// So one publisher is enough for as long as a process lives. What to do with a record that comes back, so that nothing of
/// its key is lost or passes it: see [`SendError`]. `examples/service.rs` is a whole program.
///
/// Before the first record goes, the stream is asked whether it places records by partition key. If it does not, there
/// is no order, and [`AutoDistribution`] says what to do.
///
/// Tracing never fails a record: a sampler, a span processor or a propagator that panics costs spans, or the context.
///
/// Order holds for the records of one publisher. Two publishers that write to one key at once have no order between them.
///
/// What it keeps is bounded, whatever happens: the buffer by [`buffer_bytes`](crate::PublisherBuilder::buffer_bytes)
/// and [`buffer_records`](crate::PublisherBuilder::buffer_records), halted keys by
/// [`max_halted_keys`](crate::PublisherBuilder::max_halted_keys), and counts to those of 100,000 keys; when there are
/// more, all of them start again under a fresh producer id. Of a key of which nothing waits, only its count is kept: 75 bytes
/// for a key of 16 characters, so 8 MB for 100,000 of them, however many keys there have been.
///
/// Records that have to be answered for by some time, those of a request or of an invocation, are handed in by a
/// [`batch`](Self::batch).
///
/// Dropping it sends what is left, in the background; [`close`](Self::close) waits for that. [`flush`](Self::flush) waits,
/// and leaves it open.
#[derive(Debug)]
pub struct Publisher {
    shared: Arc<Shared>,
    worker: Option<JoinHandle<()>>,
}

impl Publisher {
    pub(crate) fn start(client: Client, settings: Settings) -> Self {
        let shared = Arc::new(Shared::new(client, settings));
        let worker = tokio::spawn(worker::run(Arc::clone(&shared)));
        Self { shared, worker: Some(worker) }
    }

    /// Publishes a record and waits until Kinesis has it.
    ///
    /// To have more than one record of a key in flight, use [`enqueue`](Self::enqueue), whose calls give the order. A payload that is
    /// JSON is not looked at if the record says so: see [`Record::json`].
    ///
    /// # Errors
    ///
    /// See [`DeliveryError`]. The record comes back with the error.
    pub async fn send<D: RecordData>(&self, record: Record<D>) -> Result<Ack, Box<SendError>> {
        self.enqueue(record).await?.await
    }

    /// Takes a record: its place in its key is after the records of calls that had returned when this one was made.
    /// Calls that run at once with the same key have no order between them. Waits while the buffer is full.
    ///
    /// The record carries the context of the caller's current span.
    ///
    /// # Errors
    ///
    /// The record was refused at once, and nothing was sent: it does not fit, or its key is halted.
    ///
    /// ```no_run
    /// # use kinetrace_producer::{Publisher, Record, SendError};
    /// # async fn example(publisher: Publisher) -> Result<(), Box<SendError>> {
    /// let mut deliveries = Vec::new();
    /// for leg in ["EWR-IAH", "IAH-ORD", "ORD-EWR"] {
    ///     deliveries.push(publisher.enqueue(Record::new("N14228", leg)).await?);
    /// }
    /// for delivery in deliveries {
    ///     delivery.await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn enqueue<D: RecordData>(&self, record: Record<D>) -> Result<Delivery, Box<SendError>> {
        hand_in::enqueue(&self.shared, record.into_known(), None, std::future::pending()).await
    }

    /// Takes a record as [`enqueue`](Self::enqueue) does, but waits for room in the buffer no longer than for `limit`.
    ///
    /// # Errors
    ///
    /// As of `enqueue`, and [`DeliveryError::NoRoom`] when time is up. With a `limit` of zero it takes what there is
    /// room for now.
    pub async fn enqueue_within<D: RecordData>(
        &self,
        record: Record<D>,
        limit: Duration,
    ) -> Result<Delivery, Box<SendError>> {
        hand_in::enqueue(&self.shared, record.into_known(), None, tokio::time::sleep(limit)).await
    }

    /// Has a halted key go on at once, whatever its callers have been told so far; returns whether it was halted.
    ///
    /// For [`FailurePolicy::Halt`](crate::FailurePolicy::Halt), when the records that came back have been seen to.
    /// Nothing is sent again by itself: they came back to their callers. What is handed in from now on is published in
    /// its order, and counted from 0 under a fresh [`Order::producer`](kinetrace::Order::producer), a series of its
    /// own: so readers see no gap where records did not arrive, and take nothing for a copy of a record that was given
    /// up without an answer. Such a record may still arrive, after newer ones.
    ///
    /// For a key that is not halted it does nothing, as often as it is called.
    pub fn resume(&self, partition_key: &str) -> bool {
        self.shared.resume(partition_key, |outbox| outbox.resume(partition_key))
    }

    /// The record is not taken. It counts as refused, and it is certain that Kinesis has none of it.
    #[doc(hidden)]
    pub fn refuse(&self, record: Record, reason: DeliveryError) -> Box<SendError> {
        hand_in::refuse(&self.shared, record, reason)
    }
}
