//! The context of a producer that is traced: it learns of every delivery.

use std::error::Error;
use std::fmt;
use std::ops::Deref;

use ::rdkafka::Message as _;
use ::rdkafka::Statistics;
use ::rdkafka::client::{ClientContext, OAuthToken};
use ::rdkafka::config::RDKafkaLogLevel;
use ::rdkafka::error::KafkaError;
use ::rdkafka::message::DeliveryResult;
use ::rdkafka::producer::{Partitioner, ProducerContext};

use super::failure::failure;
use crate::send_span::SendSpan;

/// A context around yours, which ends the span of each record when it is delivered, and then calls yours with your own
/// `DeliveryOpaque`.
///
/// ```no_run
/// use kinetrace_kafka::{Traced, TracedContext};
/// use rdkafka::ClientConfig;
/// use rdkafka::client::ClientContext;
/// use rdkafka::message::DeliveryResult;
/// use rdkafka::producer::{BaseRecord, ProducerContext, ThreadedProducer};
///
/// struct Deliveries;
///
/// impl ClientContext for Deliveries {}
///
/// impl ProducerContext for Deliveries {
///     type DeliveryOpaque = Box<u64>;
///
///     fn delivery(&self, result: &DeliveryResult<'_>, leg: Box<u64>) {
///         println!("leg {leg}: {}", result.is_ok());
///     }
/// }
///
/// # fn example(config: &ClientConfig) -> Result<(), rdkafka::error::KafkaError> {
/// let producer: ThreadedProducer<_> = config.create_with_context(TracedContext::new(Deliveries))?;
/// let producer = Traced::new(producer);
/// let record = BaseRecord::with_opaque_to("flights", Box::new(7)).key("N14228").payload("{}");
/// producer.send(record).map_err(|(error, _)| error)?;
/// # Ok(())
/// # }
/// ```
///
/// Without [`Traced`](crate::Traced) around the producer, it takes no record: only that can make a [`TracedOpaque`].
#[derive(Clone)]
pub struct TracedContext<C>(C);

impl<C> TracedContext<C> {
    /// Everything is left to `context`; only its deliveries are seen first.
    pub fn new(context: C) -> Self {
        Self(context)
    }
}

impl<C> Deref for TracedContext<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}

/// Contexts often have no representation of their own.
impl<C> fmt::Debug for TracedContext<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TracedContext").finish_non_exhaustive()
    }
}

/// What travels through librdkafka with a record: its span, and the `DeliveryOpaque` of the context around which a
/// [`TracedContext`] is.
#[derive(Debug)]
pub struct TracedOpaque<D> {
    span: SendSpan,
    opaque: D,
}

impl<D> TracedOpaque<D> {
    pub(super) fn new(span: SendSpan, opaque: D) -> Box<Self> {
        Box::new(Self { span, opaque })
    }

    pub(super) fn into_parts(self) -> (SendSpan, D) {
        (self.span, self.opaque)
    }
}

impl<C: ClientContext> ClientContext for TracedContext<C> {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = C::ENABLE_REFRESH_OAUTH_TOKEN;

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.0.log(level, facility, message);
    }

    fn stats(&self, statistics: Statistics) {
        self.0.stats(statistics);
    }

    fn stats_raw(&self, statistics: &[u8]) {
        self.0.stats_raw(statistics);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.0.error(error, reason);
    }

    fn generate_oauth_token(&self, configuration: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        self.0.generate_oauth_token(configuration)
    }
}

impl<C: ProducerContext<P>, P: Partitioner> ProducerContext<P> for TracedContext<C> {
    type DeliveryOpaque = Box<TracedOpaque<C::DeliveryOpaque>>;

    fn delivery(&self, result: &DeliveryResult<'_>, opaque: Self::DeliveryOpaque) {
        let (span, opaque) = opaque.into_parts();
        match result {
            Ok(message) => span.deliver(message.partition(), message.offset()),
            Err((error, _)) => span.fail(&failure(error)),
        }
        self.0.delivery(result, opaque);
    }

    fn get_custom_partitioner(&self) -> Option<&P> {
        self.0.get_custom_partitioner()
    }
}
