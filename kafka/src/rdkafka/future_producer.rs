//! `send` and `send_result` of the producer of futures.

use std::future::Future;
use std::time::{Duration, Instant};

use ::rdkafka::Timestamp;
use ::rdkafka::client::ClientContext;
use ::rdkafka::error::KafkaError;
use ::rdkafka::message::{OwnedMessage, ToBytes};
use ::rdkafka::producer::future_producer::OwnedDeliveryResult;
use ::rdkafka::producer::{FutureProducer, FutureRecord};
use ::rdkafka::util::{AsyncRuntime, Timeout};
use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;

use super::delivery_future::{self, DeliveryFuture};
use super::failure::failure;
use super::record::{Before, begin, is_full, is_too_large};
use super::traced::Traced;
use crate::outgoing::Outgoing;
use crate::send_span::SendSpan;

/// How long `FutureProducer::send` waits before it tries a full queue again.
const QUEUE_FULL_PAUSE: Duration = Duration::from_millis(100);

type Returned<'a, K, P> = (KafkaError, FutureRecord<'a, K, P>);

impl<C, R> Traced<FutureProducer<C, R>>
where
    C: ClientContext + 'static,
    R: AsyncRuntime,
{
    /// As [`FutureProducer::send`]: the record is queued when the future is first polled, and a full queue is tried again for
    /// `queue_timeout`. The span begins there, and ends with the delivery; the time in which the queue was full is part of it.
    ///
    /// The span is below the one that is current when the future is first polled or, if there is none, was when `send` was
    /// called. If the future is dropped before the delivery, the span ends with the error `abandoned`: nobody knows then whether
    /// the record arrived.
    ///
    /// # Errors
    ///
    /// Those of `FutureProducer::send`. A record that could not be queued comes back with the headers that it had.
    pub fn send<K, P, T>(
        &self,
        record: FutureRecord<'_, K, P>,
        queue_timeout: T,
    ) -> impl Future<Output = OwnedDeliveryResult>
    where
        K: ToBytes + ?Sized,
        P: ToBytes + ?Sized,
        T: Into<Timeout>,
    {
        let called_in = Context::current();
        async move {
            let until = Deadline::of(queue_timeout.into());
            let (mut queueing, mut record) = self.begin(&parent(called_in), record);
            loop {
                match self.queue(&mut queueing, record) {
                    Ok(delivery) => return settle(queueing.span, delivery.await),
                    Err((error, back)) if is_full(&error) && until.is_ahead() => {
                        record = back;
                        R::delay_for(QUEUE_FULL_PAUSE).await;
                    }
                    Err((error, back)) => {
                        let back = queueing.fail(&error, back);
                        return Err((error, owned(back)));
                    }
                }
            }
        }
    }

    /// As [`FutureProducer::send_result`]: the record is queued by this call, or comes back. The span is below the current one,
    /// and ends as the future resolves.
    ///
    /// # Errors
    ///
    /// Those of `FutureProducer::send_result`, with the record as it was handed in. Each attempt to queue a record has a span.
    #[expect(clippy::result_large_err, reason = "it is the signature of the producer's own method")]
    pub fn send_result<'a, K, P>(&self, record: FutureRecord<'a, K, P>) -> Result<DeliveryFuture, Returned<'a, K, P>>
    where
        K: ToBytes + ?Sized,
        P: ToBytes + ?Sized,
    {
        let (mut queueing, record) = self.begin(&Context::current(), record);
        match self.queue(&mut queueing, record) {
            Ok(delivery) => Ok(DeliveryFuture::new(delivery, queueing.span)),
            Err((error, back)) => {
                let back = queueing.fail(&error, back);
                Err((error, back))
            }
        }
    }

    fn begin<'a, K, P>(&self, parent: &Context, record: FutureRecord<'a, K, P>) -> (Queueing, FutureRecord<'a, K, P>)
    where
        K: ToBytes + ?Sized,
        P: ToBytes + ?Sized,
    {
        let FutureRecord { topic, partition, payload, key, timestamp, mut headers } = record;
        let outgoing = Outgoing { topic, key: key.map(K::to_bytes), payload: payload.map(P::to_bytes) };
        let (span, before) = begin(parent, outgoing, &mut headers, &self.propagation);
        (Queueing { span, before }, FutureRecord { topic, partition, payload, key, timestamp, headers })
    }

    /// Without the context, if only that makes the record too large.
    #[expect(clippy::result_large_err, reason = "it is the signature of the producer's own method")]
    fn queue<'a, K, P>(
        &self,
        queueing: &mut Queueing,
        record: FutureRecord<'a, K, P>,
    ) -> Result<::rdkafka::producer::DeliveryFuture, Returned<'a, K, P>>
    where
        K: ToBytes + ?Sized,
        P: ToBytes + ?Sized,
    {
        match self.producer.send_result(record) {
            Err((error, mut back)) if is_too_large(&error) && queueing.span.take_back() => {
                queueing.before.restore(&mut back.headers);
                self.producer.send_result(back)
            }
            queued => queued,
        }
    }
}

/// A record on its way into the queue.
struct Queueing {
    span: SendSpan,
    before: Before,
}

impl Queueing {
    fn fail<'a, K, P>(mut self, error: &KafkaError, mut record: FutureRecord<'a, K, P>) -> FutureRecord<'a, K, P>
    where
        K: ToBytes + ?Sized,
        P: ToBytes + ?Sized,
    {
        self.before.restore(&mut record.headers);
        self.span.fail(&failure(error));
        record
    }
}

/// Until when a full queue is tried again.
enum Deadline {
    Never,
    After(Instant, Duration),
}

impl Deadline {
    fn of(timeout: Timeout) -> Self {
        match timeout {
            Timeout::Never => Self::Never,
            Timeout::After(timeout) => Self::After(Instant::now(), timeout),
        }
    }

    fn is_ahead(&self) -> bool {
        match self {
            Self::Never => true,
            Self::After(start, timeout) => start.elapsed() < *timeout,
        }
    }
}

/// Where the future is polled or, if no span is current there, where it was made.
fn parent(called_in: Context) -> Context {
    let polled_in = Context::current();
    if polled_in.has_active_span() { polled_in } else { called_in }
}

#[expect(clippy::result_large_err, reason = "it is the output of the producer's own method")]
fn settle(span: SendSpan, output: <DeliveryFuture as Future>::Output) -> OwnedDeliveryResult {
    delivery_future::end(span, &output);
    // It cannot be canceled: who awaits it has the producer.
    output.unwrap_or_else(|_| {
        let message = OwnedMessage::new(None, None, String::new(), Timestamp::NotAvailable, -1, 0, None);
        Err((KafkaError::Canceled, message))
    })
}

/// As `FutureProducer::send` returns a record that it could not queue.
fn owned<K, P>(record: FutureRecord<'_, K, P>) -> OwnedMessage
where
    K: ToBytes + ?Sized,
    P: ToBytes + ?Sized,
{
    OwnedMessage::new(
        record.payload.map(|payload| payload.to_bytes().to_vec()),
        record.key.map(|key| key.to_bytes().to_vec()),
        record.topic.to_owned(),
        record.timestamp.map_or(Timestamp::NotAvailable, Timestamp::CreateTime),
        record.partition.unwrap_or(-1),
        0,
        record.headers,
    )
}
