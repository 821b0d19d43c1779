//! Records that are handed in together, and have one deadline.

use std::sync::Arc;
use std::time::Duration;

use kinetrace::{Record, RecordData};

use super::Publisher;
use super::clock::now;
use super::hand_in;
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
    pub async fn send<D: RecordData>(&self, record: Record<D>) -> Result<Ack, Box<SendError>> {
        self.enqueue(record).await?.await
    }

    /// Takes a record as [`Publisher::enqueue`] does. Waits while the buffer is full, no longer than the batch has time.
    ///
    /// # Errors
    ///
    /// The record was refused at once, and nothing was sent: it does not fit, its key is halted, or time is up.
    pub async fn enqueue<D: RecordData>(&self, record: Record<D>) -> Result<Delivery, Box<SendError>> {
        let time_is_up = tokio::time::sleep_until(self.membership.terms.deadline.into());
        hand_in::enqueue(&self.publisher.shared, record.into_known(), Some(&self.membership), time_is_up).await
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_kinesis::Client;
    use aws_sdk_kinesis::config::{BehaviorVersion, Config, Credentials, Region};
    use aws_smithy_runtime_api::client::http::{HttpConnectorFuture, SharedHttpConnector, http_client_fn};
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

    use super::*;

    /// Takes every request, and never answers.
    #[derive(Debug)]
    struct Silence;

    impl aws_smithy_runtime_api::client::http::HttpConnector for Silence {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            HttpConnectorFuture::new(std::future::pending())
        }
    }

    fn publisher() -> Publisher {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "made up"))
            .http_client(http_client_fn(|_, _| SharedHttpConnector::new(Silence)))
            .build();
        Publisher::builder(Client::from_conf(config), "flights").build()
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_remembered_of_a_batch_that_is_over() {
        let publisher = publisher();
        let deadline = || publisher.shared.state().outbox.next_wake(now());
        let batch = publisher.batch(Duration::from_secs(3));
        let delivery = batch.enqueue(Record::new("a", "0")).await.unwrap();
        drop(batch);
        assert!(deadline().is_some(), "its record has time left");
        assert!(delivery.await.is_err());
        assert_eq!(deadline(), None);
        drop(publisher.batch(Duration::from_secs(3)));
        assert_eq!(deadline(), None);
    }

    /// The question to the stream hangs as well.
    #[tokio::test(start_paused = true)]
    async fn every_delivery_has_its_answer_when_time_is_up_even_before_the_stream_has_answered() {
        let (publisher, start) = (publisher(), tokio::time::Instant::now());
        let times = [1, 3].map(|seconds| (publisher.batch(Duration::from_secs(seconds)), seconds));
        for (batch, _) in &times {
            let deliveries = [batch.enqueue(Record::new("a", "0")).await, batch.enqueue(Record::new("b", "1")).await];
            drop(deliveries.map(Result::unwrap));
        }
        for (batch, seconds) in times {
            let delivery = batch.enqueue(Record::new("c", "2")).await.unwrap();
            let error = delivery.await.unwrap_err();
            assert!(matches!(error.reason, crate::DeliveryError::Expired), "{error:?}");
            assert_eq!(start.elapsed().as_secs(), seconds);
        }
    }
}
