//! Records as a program sends them to Kafka: a span, its context on the record, a count.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use kinetrace::__private::semantic_conventions::{Destination, Operation};
use kinetrace::history::{Produce, PutOutcome, Timestamp, TraceIds};
use kinetrace::kafka::{self, DEFAULT_MAX_MESSAGE_BYTES, Headers};
use kinetrace::{Fields, Injection, Order, ProducerId, Record, Telemetry};
use kinetrace_producer::ProduceStart;
use opentelemetry::Context;
use opentelemetry::trace::{SpanKind, TraceContextExt as _, Tracer as _};

use super::carrier::Carrier;
use super::client::Delivery;
use super::sent::Sent;
use super::variant::Variant;

/// What a client is handed.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub(super) key: Bytes,
    pub(super) value: Bytes,
    pub(super) headers: Headers,
}

/// What is known of a record that is on its way.
#[derive(Debug)]
pub(super) struct Created {
    handed: ProduceStart,
    order: Order,
    context: Option<TraceIds>,
}

impl Created {
    /// The line about it, now that its fate is known.
    pub(super) fn line(self, delivery: Delivery) -> Produce {
        let Self { handed, order, context } = self;
        let outcome = if delivery.is_ok() { PutOutcome::Acknowledged } else { PutOutcome::Unknown };
        let mut line = handed.line(order, outcome, Timestamp::now());
        line.context = context;
        match delivery {
            Ok(place) => {
                line.shard = Some(place.partition.to_string());
                line.sequence_number = place.offset.map(|offset| offset.to_string().into());
            }
            Err(error) => line.error = Some(error),
        }
        line
    }
}

/// Makes records of one topic.
pub(super) struct Creator<'a> {
    topic: Arc<str>,
    variant: Variant,
    telemetry: &'a Telemetry,
    producer: ProducerId,
    counts: HashMap<String, u64>,
    sent: Sent,
}

impl<'a> Creator<'a> {
    pub(super) fn new(topic: &str, variant: Variant, telemetry: &'a Telemetry, sent: Sent) -> Self {
        let producer = ProducerId::from_bits(fastrand::u64(..));
        Self { topic: topic.into(), variant, telemetry, producer, counts: HashMap::new(), sent }
    }

    pub(super) fn create(&mut self, record: &Record) -> (Outgoing, Created) {
        let handed = ProduceStart::now(&self.topic, &record.partition_key, &record.data);
        let count = self.counts.entry(record.partition_key.clone()).or_default();
        let order = Order { producer: self.producer, sequence: *count };
        *count += 1;
        if self.variant.carrier != Carrier::Key {
            self.sent.add(handed.payload_crc32, order);
        }
        let key = Bytes::copy_from_slice(record.partition_key.as_bytes());
        let mut outgoing = Outgoing { key, value: record.data.clone().into(), headers: Headers::default() };
        let context = self.inject(&mut outgoing, order);
        (outgoing, Created { handed, order, context })
    }

    fn inject(&self, record: &mut Outgoing, order: Order) -> Option<TraceIds> {
        let (fields, ids) = match self.variant.carrier {
            Carrier::None => return None,
            Carrier::Headers | Carrier::Key => self.span(),
        };
        if self.variant.carrier == Carrier::Key {
            record.key = fields.get("traceparent").unwrap_or_default().to_owned().into();
            return ids;
        }
        // Only who promises order counts.
        let order = self.variant.publisher.is_idempotent().then_some(order);
        let injection = kafka::inject(&mut record.headers, &fields, order, DEFAULT_MAX_MESSAGE_BYTES);
        (injection == Injection::Injected).then_some(ids).flatten()
    }

    fn span(&self) -> (Fields, Option<TraceIds>) {
        let tracer = self.telemetry.tracer();
        let span = tracer
            .span_builder(Operation::Create.span_name(&self.topic))
            .with_kind(SpanKind::Producer)
            .with_attributes(Operation::Create.attributes(&Destination::Kafka(Arc::clone(&self.topic))));
        let context = Context::new().with_span(span.start_with_context(&tracer, &Context::new()));
        let ids = TraceIds::of(context.span().span_context());
        (self.telemetry.propagators().inject(&context), ids)
    }
}
