//! The publisher's settings.

use std::time::Duration;

use aws_sdk_kinesis::Client;
use kinetrace::__private::warn;
use kinetrace::{Carrier, KeyNames, Telemetry};

use crate::limits::MAX_REQUEST_BYTES;
use crate::metrics::Metrics;
use crate::outbox::FailurePolicy;
use crate::publisher::{AutoDistribution, Publisher, Settings};

/// Settings of a [`Publisher`], each with a default.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build`"]
pub struct PublisherBuilder {
    client: Client,
    settings: Settings,
}

impl Publisher {
    /// A publisher to `stream`, as yet without settings of its own.
    pub fn builder(client: Client, stream: impl Into<String>) -> PublisherBuilder {
        PublisherBuilder::new(client, stream.into())
    }
}

impl PublisherBuilder {
    fn new(client: Client, stream: String) -> Self {
        Self { client, settings: Settings::new(stream) }
    }

    /// Where the context travels; `None` sends none. Default: [`Carrier::Envelope`].
    pub fn carrier(mut self, carrier: impl Into<Option<Carrier>>) -> Self {
        self.settings.trace.carrier = carrier.into();
        self
    }

    /// Tracer, meter and propagators. Default: OpenTelemetry's global providers, and W3C trace context with baggage.
    ///
    /// The metrics are `messaging.client.sent.messages`, every record once its fate is known;
    /// `messaging.client.operation.duration`, every request; `kinetrace.publisher.waiting.records` and
    /// `kinetrace.publisher.waiting.size`, what is in the buffer; `kinetrace.publisher.failed.attempts`; and
    /// `kinetrace.publisher.halted.keys` and `kinetrace.publisher.resumed.keys`. `docs/reference/metrics.md` says what each tells.
    /// A [`Telemetry`] with your own provider measures nothing unless it has a meter provider, too: see
    /// [`Telemetry::with_meter_provider`].
    ///
    /// The span around a request links to each of its records, up to 500. A provider of your own, the global one
    /// included, drops those beyond its limit, which is 128 unless `OTEL_SPAN_LINK_COUNT_LIMIT` or its builder's
    /// `with_max_links_per_span` says otherwise. [`Telemetry::from_env`] raises it.
    pub fn telemetry(mut self, telemetry: &Telemetry) -> Self {
        self.settings.trace.set_telemetry(telemetry);
        self.settings.metrics = Metrics::new(&self.settings.stream, Some(telemetry.clone()));
        self
    }

    /// How partition keys are named in warnings and in spans. Default: as they are.
    pub fn key_names(mut self, key_names: KeyNames) -> Self {
        self.settings.trace.key_names = key_names;
        self
    }

    /// Whether the span `create <stream>` of a record names its partition key (`kinetrace.record.key`), as
    /// [`key_names`](Self::key_names) has it, so that a record can be found by its key in a store of traces. With
    /// [`Carrier::PartitionKey`] it is the key that was handed in. Default: true.
    ///
    /// Where keys are personal data, and stores of traces are not for such: false.
    pub fn key_attribute(mut self, key_attribute: bool) -> Self {
        self.settings.trace.key_attribute = key_attribute;
        self
    }

    /// Whether each record has a span `create <stream>` of its own, whose context it carries. Otherwise it carries the
    /// caller's. Default: true.
    pub fn create_spans(mut self, create_spans: bool) -> Self {
        self.settings.trace.create_spans = create_spans;
        self
    }

    /// The stream's limit for data and partition key together, in bytes. Default: 1 MiB.
    pub fn max_record_bytes(mut self, bytes: usize) -> Self {
        self.settings.trace.max_record_bytes = bytes;
        self
    }

    /// How much memory records may take here before [`Publisher::enqueue`] waits, in bytes; at least 1. Each counts its data
    /// and partition key, and 2 KiB for its context, its spans and its place in a queue. Default: 32 MiB.
    ///
    /// Requests in flight come on top of it: see [`max_request_bytes`](Self::max_request_bytes).
    pub fn buffer_bytes(mut self, bytes: usize) -> Self {
        self.settings.buffer_bytes = bytes.clamp(1, tokio::sync::Semaphore::MAX_PERMITS);
        self
    }

    /// How many records may wait here before [`Publisher::enqueue`] does; at least 1. Default: 100,000.
    pub fn buffer_records(mut self, records: usize) -> Self {
        self.settings.buffer_records = records.clamp(1, tokio::sync::Semaphore::MAX_PERMITS);
        self
    }

    /// Whether records of one partition key that wait for an earlier one are packed, in order, into one aggregated record
    /// of that key, each with its own context. One key then has as many records on their way as fit in there, instead of
    /// one; and **readers must de-aggregate**, as the KCL and this project's consumer do, but event filters of Lambda do
    /// not. Default: false.
    ///
    /// A pack arrives, is tried again, and is given up as a whole. Records travel by themselves, as ever, where nothing
    /// else of their key waits, where the carrier is [`Carrier::PartitionKey`], whose records have a key each, and where
    /// the payload is itself an aggregate.
    pub fn aggregation(mut self, aggregation: bool) -> Self {
        self.settings.aggregation = aggregation;
        self
    }

    /// How large an aggregated record may be that [`aggregation`](Self::aggregation) makes, in bytes: data and partition
    /// key. No larger than [`max_record_bytes`](Self::max_record_bytes) in any case. Default: 256 KiB.
    ///
    /// A consumer has to process all of it in one invocation, and again if it fails at its last record.
    pub fn max_aggregate_bytes(mut self, bytes: usize) -> Self {
        self.settings.policy.limits.pack_bytes = bytes;
        self
    }

    /// How many requests may be in flight at once, at least 1; never two with records of one key. Default: 4.
    pub fn max_in_flight(mut self, requests: usize) -> Self {
        self.settings.max_in_flight = requests.max(1);
        self
    }

    /// How much one request may hold, in bytes: data and partition keys; at most 10 MiB, Kinesis' own limit. A larger record
    /// goes in a request of its own. While it is in flight, a request takes about twice that, because it is sent as base64 in
    /// JSON. Default: 1 MiB.
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.settings.policy.limits.bytes = bytes.min(MAX_REQUEST_BYTES);
        self
    }

    /// How long one request may take before its outcome counts as unknown. Default: 5 s.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.policy.attempt_timeout = timeout;
        self
    }

    /// How long a record is tried again, counted from its first attempt, before it is given up and its key halted.
    /// A record that must go again alone, because a request that it shared with others was refused, does so in any case.
    /// Default: 30 s.
    pub fn delivery_timeout(mut self, timeout: Duration) -> Self {
        self.settings.policy.delivery_timeout = timeout;
        self
    }

    /// What happens to the key of a record that is given up. Default: [`FailurePolicy::HaltUntilReported`].
    pub fn failure_policy(mut self, policy: FailurePolicy) -> Self {
        self.settings.policy.failure_policy = policy;
        self
    }

    /// How many keys may be halted; at least 1. When so many are, records of a key that is not in the buffer are refused
    /// at once, with [`DeliveryError::TooManyHalted`](crate::DeliveryError::TooManyHalted): no halt is ever forgotten. Those
    /// of keys in the buffer are still taken, so there may be as many more halted keys as the buffer has records. Default:
    /// 100,000.
    ///
    /// A halted key takes about 100 bytes: 9 MiB for 100,000 keys of 16 characters. What came back is the caller's, in its
    /// deliveries.
    pub fn max_halted_keys(mut self, keys: usize) -> Self {
        self.settings.policy.max_halted = keys.max(1);
        self
    }

    /// What to do on a stream that ignores partition keys. Default: [`AutoDistribution::Warn`]: a client whose
    /// stream has worked so far does not stop because of this publisher.
    pub fn auto_distribution(mut self, auto_distribution: AutoDistribution) -> Self {
        self.settings.auto_distribution = auto_distribution;
        self
    }

    /// Starts the publisher.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime, as `tokio::spawn` does.
    #[must_use]
    pub fn build(mut self) -> Publisher {
        let limits = &mut self.settings.policy.limits;
        limits.pack_bytes = limits.pack_bytes.min(self.settings.trace.max_record_bytes);
        self.settings.trace.carries_nothing().into_iter().for_each(warn);
        Publisher::start(self.client, self.settings)
    }
}
