//! Records as a program sends them that injects by itself: a span, its context on the record, a count.

use std::collections::HashMap;

use kinetrace::__private::semantic_conventions::{Operation, RECORD_KEY};
use kinetrace::history::{Produce, PutOutcome, Timestamp, TraceIds};
use kinetrace::{Carrier, DEFAULT_MAX_RECORD_BYTES, Injection, Order, ProducerId, Record, Telemetry};
use kinetrace_producer::ProduceStart;
use opentelemetry::trace::{SpanKind, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};

use super::carrier::CarrierName;

/// A record with its context, and what is known of it.
pub(super) struct Created {
    pub(super) record: Record,
    pub(super) handed: ProduceStart,
    pub(super) order: Order,
    pub(super) context: Option<TraceIds>,
}

impl Created {
    /// The line about it, now that its put has ended.
    pub(super) fn line(self, outcome: PutOutcome) -> Produce {
        let Self { handed, order, context, .. } = self;
        let mut line = handed.line(order, outcome, Timestamp::now());
        line.context = context;
        line
    }
}

/// Makes records of one stream.
pub(super) struct Creator<'a> {
    stream: &'a str,
    carrier: CarrierName,
    telemetry: &'a Telemetry,
    producer: ProducerId,
    counts: HashMap<String, u64>,
}

impl<'a> Creator<'a> {
    pub(super) fn new(stream: &'a str, carrier: CarrierName, telemetry: &'a Telemetry) -> Self {
        let producer = ProducerId::from_bits(fastrand::u64(..));
        Self { stream, carrier, telemetry, producer, counts: HashMap::new() }
    }

    pub(super) fn create(&mut self, record: &Record) -> Created {
        let handed = ProduceStart::now(self.stream, &record.partition_key, &record.data);
        let count = self.counts.entry(record.partition_key.clone()).or_default();
        let order = Order { producer: self.producer, sequence: *count };
        *count += 1;
        let mut record = record.clone();
        let context = self.inject(&mut record);
        Created { record, handed, order, context }
    }

    fn inject(&self, record: &mut Record) -> Option<TraceIds> {
        let carrier = match self.carrier {
            CarrierName::None => return None,
            CarrierName::PartitionKeyOnly => Carrier::PartitionKey,
            of_library => of_library.of_library()?,
        };
        let tracer = self.telemetry.tracer();
        let span = tracer
            .span_builder(Operation::Create.span_name(self.stream))
            .with_kind(SpanKind::Producer)
            .with_attributes([KeyValue::new(RECORD_KEY, record.partition_key.clone())]);
        let context = Context::new().with_span(span.start_with_context(&tracer, &Context::new()));
        let fields = self.telemetry.propagators().inject(&context);
        let injection = carrier.inject(record, &fields, None, DEFAULT_MAX_RECORD_BYTES);
        if self.carrier == CarrierName::PartitionKeyOnly {
            record.explicit_hash_key = None;
        }
        (injection == Injection::Injected).then(|| TraceIds::of(context.span().span_context())).flatten()
    }
}
