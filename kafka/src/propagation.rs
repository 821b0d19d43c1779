//! What can be chosen of tracing, for every client alike.

use std::sync::{Arc, OnceLock};

use kinetrace::__private::semantic_conventions::scope;
use kinetrace::kafka::DEFAULT_MAX_MESSAGE_BYTES;
use kinetrace::{InjectionCounts, KeyNames, Propagators, Telemetry};
use opentelemetry::global::{self, BoxedTracer};

use crate::metrics::Metrics;

/// How records are traced: which telemetry, what spans say, and how large a record may become.
///
/// Cloning shares the counts and the instruments. With the feature `krafka` it is an interceptor itself; with `rdkafka`, a
/// `Traced` takes it.
///
/// ```
/// use kinetrace_kafka::Propagation;
///
/// let propagation = Propagation::new().key_attribute(false).max_message_bytes(5 << 20);
/// ```
#[derive(Debug, Clone)]
pub struct Propagation {
    pub(crate) key_attribute: bool,
    pub(crate) key_names: KeyNames,
    pub(crate) max_message_bytes: usize,
    pub(crate) links_to_producers: bool,
    pub(crate) propagators: Propagators,
    pub(crate) counts: InjectionCounts,
    pub(crate) metrics: Metrics,
    tracer: Arc<OnceLock<BoxedTracer>>,
}

impl Propagation {
    /// W3C trace context with baggage; OpenTelemetry's global tracer and meter providers as they are at the first record.
    pub fn new() -> Self {
        Self {
            key_attribute: true,
            key_names: KeyNames::default(),
            max_message_bytes: DEFAULT_MAX_MESSAGE_BYTES,
            links_to_producers: false,
            propagators: Propagators::default(),
            counts: InjectionCounts::default(),
            metrics: Metrics::new(None),
            tracer: Arc::default(),
        }
    }

    /// Tracer, meter and propagators.
    #[must_use]
    pub fn telemetry(mut self, telemetry: &Telemetry) -> Self {
        self.tracer = Arc::new(OnceLock::from(telemetry.tracer()));
        self.metrics = Metrics::new(Some(telemetry.clone()));
        self.propagators = telemetry.propagators().clone();
        self
    }

    /// Whether the span of a record names its key (`messaging.kafka.message.key`), as [`key_names`](Self::key_names) has it, so
    /// that a record can be found by its key in a store of traces. Keys that are not UTF-8 are left out. Default: true.
    ///
    /// Where keys are personal data, and stores of traces are not for such: false.
    #[must_use]
    pub fn key_attribute(mut self, key_attribute: bool) -> Self {
        self.key_attribute = key_attribute;
        self
    }

    /// How spans name keys. Default: as they are.
    #[must_use]
    pub fn key_names(mut self, key_names: KeyNames) -> Self {
        self.key_names = key_names;
        self
    }

    /// The limit of the topic, or of the client, for one record with its headers, in bytes. A context that would make a record
    /// larger is left out. Default: 1,000,000, the smallest limit that a client or broker has where nobody set one.
    #[must_use]
    pub fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.max_message_bytes = bytes;
        self
    }

    /// How the span of a record that is consumed belongs to its producer's. False: the span continues the producer's trace. True:
    /// it links to it, and belongs to the trace around it. Default: false.
    #[must_use]
    pub fn link_to_producers(mut self, links: bool) -> Self {
        self.links_to_producers = links;
        self
    }

    /// The counts so far, and of records to come. Clones count together. A record whose delivery nobody waited for is in none.
    ///
    /// ```
    /// use kinetrace::Injection;
    /// use kinetrace_kafka::Propagation;
    ///
    /// let propagation = Propagation::new();
    /// let counts = propagation.counts();
    /// // … a producer is traced with it, and used …
    /// assert_eq!(counts.of(Injection::Injected), 0);
    /// ```
    pub fn counts(&self) -> InjectionCounts {
        self.counts.clone()
    }

    /// Unless one was set, the global provider's as of the first span: a client is often built before the provider is.
    #[cfg(any(feature = "rdkafka", feature = "krafka"))]
    pub(crate) fn tracer(&self) -> &BoxedTracer {
        self.tracer.get_or_init(|| global::tracer_with_scope(scope()))
    }
}

impl Default for Propagation {
    fn default() -> Self {
        Self::new()
    }
}
