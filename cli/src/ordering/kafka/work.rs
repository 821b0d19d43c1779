//! What is done with a record that was read: a span below the producer's, some time, a line.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kinetrace::__private::semantic_conventions::{Destination, Operation, kafka_position};
use kinetrace::history::{Event, Process, ProcessOutcome, Relation, Timestamp, TraceIds};
use kinetrace::kafka::{HeaderContext, HeaderReader};
use kinetrace::{Fields, Order};
use kinetrace_testbed::kafka::Logged;
use opentelemetry::Context;
use opentelemetry::trace::{SpanKind, TraceContextExt as _, Tracer as _};
use tokio::sync::watch;

use super::carrier::Carrier;
use super::reader::Business;

#[derive(Debug)]
pub(super) struct Work {
    pub(super) business: Business,
    pub(super) processed: watch::Sender<BTreeMap<i32, i64>>,
}

impl Work {
    pub(super) async fn process(&self, record: Logged) {
        let start = Timestamp::now();
        let (fields, order) = self.context_of(&record);
        let (context, span) = self.span(&record, &fields);
        self.take_time(&record).await;
        context.span().end();
        let line = self.line(&record, start, order, TraceIds::of(context.span().span_context()).zip(span));
        // Who does not listen any more has told why.
        let _ = self.business.lines.send(Event::Process(line));
        self.processed.send_modify(|processed| {
            processed.insert(record.partition, record.offset + 1);
        });
    }

    /// The context that the record carries.
    fn context_of(&self, record: &Logged) -> (Fields, Option<Order>) {
        if self.business.carrier == Carrier::Key {
            let mut fields = Fields::default();
            if let Some(key) = record.key.as_deref().and_then(|key| std::str::from_utf8(key).ok()) {
                fields.set("traceparent", key.to_owned());
            }
            return (fields, None);
        }
        let headers = record.headers.iter().map(|(name, value)| (name.as_str(), value.as_deref()));
        let HeaderContext { fields, order, .. } = HeaderReader::default().read(headers);
        (fields, order)
    }

    /// A span below that of the context, and that context's ids, if there is one.
    fn span(&self, record: &Logged, fields: &Fields) -> (Context, Option<TraceIds>) {
        let Business { topic, telemetry, .. } = &self.business;
        let parent = telemetry.propagators().extract(fields);
        let sent = TraceIds::of(parent.span().span_context());
        let mut attributes = Operation::Process.attributes(&Destination::Kafka(Arc::clone(topic)));
        attributes.extend(kafka_position(record.partition.to_string(), record.offset));
        let tracer = telemetry.tracer();
        let builder = tracer.span_builder(Operation::Process.span_name(topic));
        let span =
            builder.with_kind(SpanKind::Consumer).with_attributes(attributes).start_with_context(&tracer, &parent);
        (Context::new().with_span(span), sent)
    }

    /// Without a duration, and another for each record, records that run at once would end in the order in which they
    /// began, and no inversion could show.
    async fn take_time(&self, record: &Logged) {
        let Some(seed) = self.business.seed else { return };
        let place = u64::from(record.partition.unsigned_abs()).rotate_left(40) ^ record.offset.unsigned_abs();
        let micros = fastrand::Rng::with_seed(seed ^ place).u64(500..4_000);
        tokio::time::sleep(Duration::from_micros(micros)).await;
    }

    fn line(
        &self,
        record: &Logged,
        start: Timestamp,
        order: Option<Order>,
        ids: Option<(TraceIds, TraceIds)>,
    ) -> Process {
        let (partition, offset) = (record.partition.to_string(), record.offset.to_string());
        let request_id = format!("{partition}-{offset}");
        let topic = Arc::clone(&self.business.topic);
        let mut line = Process::new(topic, partition, offset, ProcessOutcome::Succeeded, start, Timestamp::now());
        line.group = record.key.as_deref().and_then(|key| std::str::from_utf8(key).ok()).map(Arc::from);
        line.order = order.or_else(|| self.business.sent.order_of(record.value.as_deref().unwrap_or_default()));
        line.request_id = request_id.into();
        line.payload_crc32 = crc32fast::hash(record.value.as_ref().unwrap_or(&Bytes::new()));
        if let Some((span, context)) = ids {
            (line.span, line.context, line.relation) = (Some(span), Some(context), Some(Relation::Parent));
        }
        line
    }
}
