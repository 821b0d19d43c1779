//! The names of spans, metrics and attributes: the only file that knows them.
//!
//! OpenTelemetry semantic conventions, schema 1.42.0 (`opentelemetry-semantic-conventions` 0.33). Messaging is still in
//! development there, so these names may change with a release of this crate:
//! <https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/>,
//! <https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/>,
//! <https://opentelemetry.io/docs/specs/semconv/faas/aws-lambda/>.

use std::sync::Arc;

use opentelemetry::metrics::{Counter, Histogram, Meter};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_semantic_conventions::SCHEMA_URL;
pub use opentelemetry_semantic_conventions::attribute::{
    AWS_KINESIS_STREAM_NAME, AWS_LAMBDA_INVOKED_ARN, CLOUD_ACCOUNT_ID, ERROR_TYPE, FAAS_COLDSTART, FAAS_INVOCATION_ID,
    FAAS_TRIGGER, MESSAGING_BATCH_MESSAGE_COUNT, MESSAGING_CONSUMER_GROUP_NAME, MESSAGING_DESTINATION_NAME,
    MESSAGING_DESTINATION_PARTITION_ID, MESSAGING_KAFKA_MESSAGE_KEY, MESSAGING_KAFKA_MESSAGE_TOMBSTONE,
    MESSAGING_KAFKA_OFFSET, MESSAGING_MESSAGE_ID, MESSAGING_OPERATION_NAME, MESSAGING_OPERATION_TYPE, MESSAGING_SYSTEM,
    NETWORK_IO_DIRECTION,
};
pub use opentelemetry_semantic_conventions::metric::{
    MESSAGING_CLIENT_CONSUMED_MESSAGES, MESSAGING_CLIENT_OPERATION_DURATION, MESSAGING_CLIENT_SENT_MESSAGES,
    MESSAGING_PROCESS_DURATION,
};

/// The name of the instrumentation scope of all spans and metrics made here.
pub const SCOPE: &str = "kinetrace";

/// That scope: its version is this crate's, and its schema the one that the names in this file are of.
pub fn scope() -> InstrumentationScope {
    InstrumentationScope::builder(SCOPE).with_version(env!("CARGO_PKG_VERSION")).with_schema_url(SCHEMA_URL).build()
}

/// The bounds of the buckets of [`MESSAGING_CLIENT_OPERATION_DURATION`] and [`MESSAGING_PROCESS_DURATION`], in seconds, as
/// the conventions advise.
pub const OPERATION_DURATION_BOUNDARIES: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Records that a publisher has taken, and of which it is not known yet what becomes. The conventions have no metric for
/// it, nor for the ones below.
pub const WAITING_RECORDS: &str = "kinetrace.publisher.waiting.records";

/// The bytes of those.
pub const WAITING_SIZE: &str = "kinetrace.publisher.waiting.size";

/// Records that an attempt did not publish, once for each attempt.
pub const FAILED_ATTEMPTS: &str = "kinetrace.publisher.failed.attempts";

/// Keys that a publisher has halted.
pub const HALTED_KEYS: &str = "kinetrace.publisher.halted.keys";
/// Halted keys of a publisher that went on.
pub const RESUMED_KEYS: &str = "kinetrace.publisher.resumed.keys";

/// How long records waited in the stream before they were handed to the business code.
pub const RECORD_AGE: &str = "kinetrace.consumer.record.age";

/// The bounds of its buckets, in seconds: from what a poll takes to a week in the stream.
pub const RECORD_AGE_BOUNDARIES: [f64; 18] = [
    0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 10_800.0, 21_600.0, 43_200.0, 86_400.0,
    259_200.0, 604_800.0,
];

/// Records that were not handed to the business code, because they are copies of some that were processed before.
pub const DUPLICATES: &str = "kinetrace.consumer.duplicates";

/// Records that were handed to the business code though their count had been processed before, with another payload.
pub const CONFLICTS: &str = "kinetrace.consumer.conflicts";

/// Members of `tracestate` and `baggage` that did not travel, because there were too many.
pub const DROPPED_MEMBERS: &str = "kinetrace.propagation.dropped.members";

/// The field of a context, `tracestate` or `baggage`.
pub const FIELD: &str = "kinetrace.propagation.field";

/// How long a record waited in the stream before it was handed to the consumer, in milliseconds. The conventions have no
/// attribute for it.
pub const RECORD_AGE_MS: &str = "kinetrace.record.age_ms";

/// The partition key of a record, or its hash: see [`KeyNames`](crate::KeyNames). The conventions have an attribute for
/// Kafka's keys (`messaging.kafka.message.key`) and for those of others, and none for Kinesis. `aws.kinesis` is theirs to
/// add to.
pub const RECORD_KEY: &str = "kinetrace.record.key";

/// How the record's context travelled.
pub const FORMAT: &str = "kinetrace.format";

/// How many contexts the records of an invocation carried, each counted once: the links that its span should have.
pub const CONTEXTS: &str = "kinetrace.contexts";

/// That the record was not handed to the business code, because it is a copy of one that was processed before.
pub const DUPLICATE: &str = "kinetrace.duplicate";

/// That the record's count had been processed before, with another payload.
pub const CONFLICT: &str = "kinetrace.conflict";

/// The result of an injection.
pub const INJECTION: &str = "kinetrace.injection";

/// `faas.trigger` of an invocation that a stream caused.
pub const TRIGGER_PUBSUB: &str = "pubsub";

/// `faas.trigger` of an invocation that an HTTP request caused.
pub const TRIGGER_HTTP: &str = "http";

/// `faas.trigger` of a direct invocation.
pub const TRIGGER_OTHER: &str = "other";

/// An operation on messages. Its name begins the span's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A message was made.
    Create,
    /// Messages were handed to the stream.
    Send,
    /// A message was handed to the business code.
    Process,
}

impl Operation {
    /// The value of `messaging.operation.name` and `messaging.operation.type`.
    pub fn name(self) -> &'static str {
        match self {
            Operation::Create => "create",
            Operation::Send => "send",
            Operation::Process => "process",
        }
    }

    /// `<operation> <stream>`.
    pub fn span_name(self, stream: &str) -> String {
        [self.name(), stream].join(" ")
    }

    /// What every span of this operation says.
    pub fn attributes(self, destination: &Destination) -> Vec<KeyValue> {
        let mut attributes = Vec::with_capacity(5);
        self.add_attributes(destination, &mut attributes);
        attributes
    }

    /// The same, after others.
    pub fn add_attributes(self, destination: &Destination, attributes: &mut Vec<KeyValue>) {
        attributes.extend(self.of_metrics(destination));
        attributes.push(KeyValue::new(MESSAGING_OPERATION_TYPE, self.name()));
        if let Destination::Kinesis(stream) = destination {
            attributes.push(KeyValue::new(AWS_KINESIS_STREAM_NAME, Arc::clone(stream)));
        }
    }

    /// What every metric of this operation says. Each further attribute multiplies the series, so there are few.
    pub fn metric_attributes(self, destination: &Destination) -> Vec<KeyValue> {
        self.of_metrics(destination).into()
    }

    fn of_metrics(self, destination: &Destination) -> [KeyValue; 3] {
        [
            KeyValue::new(MESSAGING_SYSTEM, destination.system()),
            KeyValue::new(MESSAGING_OPERATION_NAME, self.name()),
            KeyValue::new(MESSAGING_DESTINATION_NAME, Arc::clone(destination.name())),
        ]
    }
}

/// [`MESSAGING_CLIENT_SENT_MESSAGES`] of a producer.
pub fn sent_messages(meter: &Meter) -> Counter<u64> {
    meter
        .u64_counter(MESSAGING_CLIENT_SENT_MESSAGES)
        .with_unit("{message}")
        .with_description("Number of messages producer attempted to send to the broker.")
        .build()
}

/// [`MESSAGING_CLIENT_OPERATION_DURATION`] of a producer.
pub fn operation_duration(meter: &Meter) -> Histogram<f64> {
    meter
        .f64_histogram(MESSAGING_CLIENT_OPERATION_DURATION)
        .with_unit("s")
        .with_description("Duration of messaging operation initiated by a producer or consumer client.")
        .with_boundaries(OPERATION_DURATION_BOUNDARIES.into())
        .build()
}

/// Where messages are sent to, and come from: a stream or a topic, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A stream of Amazon Kinesis.
    Kinesis(Arc<str>),
    /// A topic of Apache Kafka.
    Kafka(Arc<str>),
}

impl Destination {
    /// `messaging.system`. The registry has no value for Kinesis; ours follows its newer members, such as `aws.sns`.
    pub fn system(&self) -> &'static str {
        match self {
            Destination::Kinesis(_) => "aws.kinesis",
            Destination::Kafka(_) => "kafka",
        }
    }

    /// `messaging.destination.name`.
    pub fn name(&self) -> &Arc<str> {
        match self {
            Destination::Kinesis(name) | Destination::Kafka(name) => name,
        }
    }
}

/// What a span says of a Kafka record once its place is known. Kafka has no id of a message but partition and offset, so there is
/// no `messaging.message.id`.
pub fn kafka_position(partition: impl Into<Arc<str>>, offset: i64) -> [KeyValue; 2] {
    [KeyValue::new(MESSAGING_DESTINATION_PARTITION_ID, partition.into()), KeyValue::new(MESSAGING_KAFKA_OFFSET, offset)]
}
