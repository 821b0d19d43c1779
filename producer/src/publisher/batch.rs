//! Records that are handed in together, and have one deadline.

use std::sync::Arc;
use std::time::Duration;

use kinetrace::Record;

use super::Publisher;
use super::clock::now;
use super::membership::Membership;
use crate::delivery::{Ack, Delivery};
use crate::send_error::SendError;

/// The records of one request, one job or one invocation: they have one deadline, and fail among themselves.
///
/// A publisher lives as long as its process, and what it is asked to publish often has to be answered for sooner. So, of
/// the records that are handed in by a batch:
///
/// * **Nothing is sent after its time is up.** What waits by then comes back: with
///   [`DeliveryError::Put`](crate::DeliveryError::Put) if it was tried, with
///   [`DeliveryError::Expired`](crate::DeliveryError::Expired) if not. An attempt in flight is cut off, and its
///   record is [`Unknown`](kinetrace::history::PutOutcome::Unknown). So every delivery resolves by then, and a caller who
///   has been answered that a record failed does not find it in the stream later, but for one that is unknown.
/// * **A record that is given up halts its key in this batch**: what waits of the batch under its key comes back, too, and
///   more is refused, until the batch is dropped. Other batches, and records without one, go on under that key, with a gap
///   in [`Order`](kinetrace::Order). With [`FailurePolicy::Skip`](crate::FailurePolicy::Skip) the batch itself goes on.
/// * One attempt takes half the batch's time at most, so that one without an answer leaves time for another.
///
/// Everything else is as without it: records of one key arrive in the order in which they were handed in, whichever batch
/// they are of. Dropping the batch changes nothing for what was handed in.
///
/// ```no_run
/// # use std::time::Duration;
/// # use kinetrace_producer::{Publisher, Record, SendError};
/// /// Within three seconds, the outcome of every leg is known.
/// async fn publish(publisher: &Publisher, legs: Vec<Record>) -> Result<(), Box<SendError>> {
///     let batch = publisher.batch(Duration::from_secs(3));
///     let mut deliveries = Vec::new();
///     for leg in legs {
///         deliveries.push(batch.enqueue(leg).await?);
///     }
///     for delivery in deliveries {
///         delivery.await?;
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct Batch<'a> {
    publisher: &'a Publisher,
    membership: Arc<Membership>,
}

impl Publisher {
    /// Begins a batch, whose records have so much time together, from now on.
    pub fn batch(&self, timeout: Duration) -> Batch<'_> {
        let terms = self.shared.state().outbox.begin_batch(now(), timeout);
        let shared = Arc::downgrade(&self.shared);
        let end = move || {
            if let Some(shared) = shared.upgrade() {
                shared.state().outbox.end_batch(terms);
            }
        };
        Batch { publisher: self, membership: Arc::new(Membership::new(terms, end)) }
    }
}

impl Batch<'_> {
    /// Publishes a record and waits until Kinesis has it, or the batch's time is up.
    ///
    /// # Errors
    ///
    /// See [`DeliveryError`](crate::DeliveryError). The record comes back with the error.
    pub async fn send(&self, record: Record) -> Result<Ack, Box<SendError>> {
        self.enqueue(record).await?.await
    }

    /// Takes a record as [`Publisher::enqueue`] does. Waits while the buffer is full, no longer than the batch has time.
    ///
    /// # Errors
    ///
    /// The record was refused at once, and nothing was sent: it does not fit, its key is halted, or time is up.
    pub async fn enqueue(&self, record: Record) -> Result<Delivery, Box<SendError>> {
        let time_is_up = tokio::time::sleep_until(self.membership.terms.deadline.into());
        self.publisher.enqueue_until(record, Some(&self.membership), time_is_up).await
    }
}
