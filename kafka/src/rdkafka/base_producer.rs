//! `send` of the producers whose context learns of deliveries.

use ::rdkafka::error::KafkaError;
use ::rdkafka::message::ToBytes;
use ::rdkafka::producer::{BaseProducer, BaseRecord, Partitioner, ProducerContext, ThreadedProducer};
use ::rdkafka::util::IntoOpaque;
use opentelemetry::Context;

use super::context::{TracedContext, TracedOpaque};
use super::failure::failure;
use super::record::{begin, is_too_large};
use super::traced::Traced;
use crate::outgoing::Outgoing;
use crate::propagation::Propagation;

type Returned<'a, K, V, D> = (KafkaError, BaseRecord<'a, K, V, D>);
type Carrying<'a, K, V, D> = BaseRecord<'a, K, V, Box<TracedOpaque<D>>>;

impl<C: ProducerContext<P>, P: Partitioner> Traced<BaseProducer<TracedContext<C>, P>> {
    /// As [`BaseProducer::send`]: it queues the record and does not wait. The span is below the current one, and the context's
    /// `delivery` ends it.
    ///
    /// # Errors
    ///
    /// Those of `BaseProducer::send`, with the record as it was handed in. Each attempt to queue a record has a span.
    #[expect(clippy::result_large_err, reason = "it is the signature of the producer's own method")]
    pub fn send<'a, K, V>(
        &self,
        record: BaseRecord<'a, K, V, C::DeliveryOpaque>,
    ) -> Result<(), Returned<'a, K, V, C::DeliveryOpaque>>
    where
        K: ToBytes + ?Sized,
        V: ToBytes + ?Sized,
    {
        send(record, &self.propagation, |record| self.producer.send(record))
    }
}

impl<C: ProducerContext<P> + 'static, P: Partitioner> Traced<ThreadedProducer<TracedContext<C>, P>> {
    /// As [`ThreadedProducer::send`]: it queues the record and does not wait. The span is below the current one, and the
    /// context's `delivery` ends it.
    ///
    /// # Errors
    ///
    /// Those of `ThreadedProducer::send`, with the record as it was handed in. Each attempt to queue a record has a span.
    #[expect(clippy::result_large_err, reason = "it is the signature of the producer's own method")]
    pub fn send<'a, K, V>(
        &self,
        record: BaseRecord<'a, K, V, C::DeliveryOpaque>,
    ) -> Result<(), Returned<'a, K, V, C::DeliveryOpaque>>
    where
        K: ToBytes + ?Sized,
        V: ToBytes + ?Sized,
    {
        send(record, &self.propagation, |record| self.producer.send(record))
    }
}

#[expect(clippy::result_large_err, reason = "it is the signature of the producer's own method")]
fn send<'a, K, V, D>(
    record: BaseRecord<'a, K, V, D>,
    propagation: &Propagation,
    queue: impl Fn(Carrying<'a, K, V, D>) -> Result<(), (KafkaError, Carrying<'a, K, V, D>)>,
) -> Result<(), Returned<'a, K, V, D>>
where
    K: ToBytes + ?Sized,
    V: ToBytes + ?Sized,
    D: IntoOpaque,
{
    let BaseRecord { topic, partition, payload, key, timestamp, mut headers, delivery_opaque } = record;
    let outgoing = Outgoing { topic, key: key.map(K::to_bytes), payload: payload.map(V::to_bytes) };
    let (span, mut before) = begin(&Context::current(), outgoing, &mut headers, propagation);
    let mut delivery_opaque = TracedOpaque::new(span, delivery_opaque);
    loop {
        let record = BaseRecord { topic, partition, payload, key, timestamp, headers, delivery_opaque };
        let Err((error, record)) = queue(record) else { return Ok(()) };
        let (mut span, opaque) = record.delivery_opaque.into_parts();
        headers = record.headers;
        before.restore(&mut headers);
        if is_too_large(&error) && span.take_back() {
            delivery_opaque = TracedOpaque::new(span, opaque);
            continue;
        }
        span.fail(&failure(&error));
        let delivery_opaque = opaque;
        return Err((error, BaseRecord { topic, partition, payload, key, timestamp, headers, delivery_opaque }));
    }
}
