//! A producer, traced.

use std::fmt;
use std::ops::Deref;

use ::rdkafka::ClientConfig;
use ::rdkafka::client::{ClientContext, DefaultClientContext};
use ::rdkafka::config::{FromClientConfig, FromClientConfigAndContext};
use ::rdkafka::error::KafkaResult;
use ::rdkafka::producer::{
    BaseProducer, DefaultProducerContext, FutureProducer, Partitioner, ProducerContext, ThreadedProducer,
};
use ::rdkafka::util::AsyncRuntime;

use super::context::TracedContext;
use crate::propagation::Propagation;

/// A producer whose records each have a span `send <topic>`, which lasts until the delivery, and carry its context in their
/// headers. It is used as before: `send` takes what it took and returns what it returned, and everything else is the producer's
/// own, through `Deref`.
///
/// ```no_run
/// use kinetrace_kafka::Traced;
/// use rdkafka::ClientConfig;
/// use rdkafka::producer::{FutureProducer, FutureRecord};
/// use rdkafka::util::Timeout;
///
/// # async fn example(config: &ClientConfig) -> Result<(), Box<dyn std::error::Error>> {
/// let producer: FutureProducer = config.create()?;
/// let producer = Traced::new(producer); // this line
/// let record = FutureRecord::to("flights").key("N14228").payload("{}");
/// let delivery = producer.send(record, Timeout::Never).await.map_err(|(error, _)| error)?;
/// println!("{} of partition {}", delivery.offset, delivery.partition);
/// # Ok(())
/// # }
/// ```
///
/// A `BaseProducer` and a `ThreadedProducer` learn of deliveries through their context, so that is a
/// [`TracedContext`]. `config.create_with_context` wraps the context and the producer in one step:
///
/// ```no_run
/// use kinetrace_kafka::{Traced, TracedContext};
/// use rdkafka::ClientConfig;
/// use rdkafka::producer::{BaseRecord, DefaultProducerContext, ThreadedProducer};
///
/// # fn example(config: &ClientConfig) -> Result<(), rdkafka::error::KafkaError> {
/// let producer: Traced<ThreadedProducer<TracedContext<DefaultProducerContext>>> = config.create()?;
/// producer.send(BaseRecord::to("flights").key("N14228").payload("{}")).map_err(|(error, _)| error)?;
/// # Ok(())
/// # }
/// ```
///
/// # What it leaves alone
///
/// Key, payload, partition, timestamp, and the order in which records are queued. Headers keep their order and bytes; those
/// that carried the context of an earlier hop are replaced by this one's. A record that cannot be queued comes back as it was
/// handed in.
///
/// A record that would be too large with the context goes without, whatever `message.max.bytes` is, and so does one that is sent
/// where there is no valid span. `kinetrace.injection` on its span says which.
#[must_use = "a producer stops as soon as it is dropped"]
pub struct Traced<P> {
    pub(super) producer: P,
    pub(super) propagation: Propagation,
}

/// A producer that can be [`Traced`]: one that learns of deliveries.
pub trait Traceable: sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
}

impl<C: ClientContext + 'static, R: AsyncRuntime> Traceable for FutureProducer<C, R> {}
impl<C: ClientContext + 'static, R: AsyncRuntime> sealed::Sealed for FutureProducer<C, R> {}
impl<C: ProducerContext<P>, P: Partitioner> Traceable for BaseProducer<TracedContext<C>, P> {}
impl<C: ProducerContext<P>, P: Partitioner> sealed::Sealed for BaseProducer<TracedContext<C>, P> {}
impl<C: ProducerContext<P> + 'static, P: Partitioner> Traceable for ThreadedProducer<TracedContext<C>, P> {}
impl<C: ProducerContext<P> + 'static, P: Partitioner> sealed::Sealed for ThreadedProducer<TracedContext<C>, P> {}

impl<P: Traceable> Traced<P> {
    /// As [`Propagation::new`] has it: by OpenTelemetry's global providers.
    pub fn new(producer: P) -> Self {
        Self::with(producer, &Propagation::new())
    }

    /// Producers that are traced by one `Propagation` count together.
    pub fn with(producer: P, propagation: &Propagation) -> Self {
        Self { producer, propagation: propagation.clone() }
    }

    /// How its records are traced, and the counts of that.
    pub fn propagation(&self) -> &Propagation {
        &self.propagation
    }

    /// The producer. The spans of records that are in flight go on until their delivery.
    pub fn into_inner(self) -> P {
        self.producer
    }
}

impl<P> Deref for Traced<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.producer
    }
}

impl<P: Clone> Clone for Traced<P> {
    fn clone(&self) -> Self {
        Self { producer: self.producer.clone(), propagation: self.propagation.clone() }
    }
}

/// Producers have no representation of their own.
impl<P> fmt::Debug for Traced<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traced").field("propagation", &self.propagation).finish_non_exhaustive()
    }
}

impl<R: AsyncRuntime> FromClientConfig for Traced<FutureProducer<DefaultClientContext, R>> {
    fn from_config(config: &ClientConfig) -> KafkaResult<Self> {
        config.create().map(Self::new)
    }
}

impl<C: ClientContext + 'static, R: AsyncRuntime> FromClientConfigAndContext<C> for Traced<FutureProducer<C, R>> {
    fn from_config_and_context(config: &ClientConfig, context: C) -> KafkaResult<Self> {
        config.create_with_context(context).map(Self::new)
    }
}

impl FromClientConfig for Traced<BaseProducer<TracedContext<DefaultProducerContext>>> {
    fn from_config(config: &ClientConfig) -> KafkaResult<Self> {
        Self::from_config_and_context(config, DefaultProducerContext)
    }
}

impl<C, P> FromClientConfigAndContext<C> for Traced<BaseProducer<TracedContext<C>, P>>
where
    C: ProducerContext<P>,
    P: Partitioner,
{
    fn from_config_and_context(config: &ClientConfig, context: C) -> KafkaResult<Self> {
        config.create_with_context(TracedContext::new(context)).map(Self::new)
    }
}

impl FromClientConfig for Traced<ThreadedProducer<TracedContext<DefaultProducerContext>>> {
    fn from_config(config: &ClientConfig) -> KafkaResult<Self> {
        Self::from_config_and_context(config, DefaultProducerContext)
    }
}

impl<C, P> FromClientConfigAndContext<C> for Traced<ThreadedProducer<TracedContext<C>, P>>
where
    C: ProducerContext<P> + 'static,
    P: Partitioner + Send + Sync + 'static,
{
    fn from_config_and_context(config: &ClientConfig, context: C) -> KafkaResult<Self> {
        config.create_with_context(TracedContext::new(context)).map(Self::new)
    }
}
