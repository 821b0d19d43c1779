//! The topic, and the records in it, as a traced producer whose client keeps order leaves them.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use kinetrace::__private::semantic_conventions::Operation;
use kinetrace::history::{Produce, PutOutcome, Timestamp, TraceIds};
use kinetrace::kafka::{Headers, inject};
use kinetrace::{Injection, Order, ProducerId, Propagators, Telemetry};
use kinetrace_producer::ProduceStart;
use kinetrace_testbed::event_source_mapping::kafka::{PartitionLog, Record, TimestampType};
use opentelemetry::Context;
use opentelemetry::trace::{SpanKind, TraceContextExt as _, Tracer as _};

use crate::failure::Payload;

/// With what stands between a topic and its partition in the events.
const NAME: &str = "flights-by-tail";

const PARTITIONS: u32 = 4;
const KEYS: usize = 16;

/// Puts so many records into a topic, each with the context of its own span in its headers.
pub(crate) async fn fill(records: usize, collector: &str) -> (PartitionLog, Vec<Produce>) {
    let log = PartitionLog::new(NAME, PARTITIONS);
    let telemetry = Telemetry::exporting_to(collector, "producer").unwrap();
    let (producer, mut counts) = (ProducerId::from_bits(0x006b_6166_6b61), HashMap::<_, u64>::new());
    let mut produced = Vec::new();
    for number in 0..records {
        let key = number % KEYS;
        let count = counts.entry(key).or_default();
        produced.push(produce(&log, &telemetry, number, Order { producer, sequence: *count }));
        *count += 1;
        // Markers of transactions, and what was compacted away, take offsets, too.
        if number % 50 == 7 {
            log.skip_offset(u32::try_from(key).unwrap() % PARTITIONS);
        }
    }
    telemetry.flush(Duration::from_secs(10)).await;
    (log, produced)
}

fn produce(log: &PartitionLog, telemetry: &Telemetry, number: usize, order: Order) -> Produce {
    let (key, payload) = (number % KEYS, serde_json::to_string(&Payload { number }).unwrap());
    let (name, partition) = (format!("group {key}"), u32::try_from(key).unwrap() % PARTITIONS);
    let handed = ProduceStart::now(NAME, &name, payload.as_bytes());
    let tracer = telemetry.tracer();
    let span = tracer.span_builder(Operation::Create.span_name(NAME)).with_kind(SpanKind::Producer).start(&tracer);
    let context = Context::new().with_span(span);
    let record = Record {
        partition,
        offset: 0,
        timestamp: i64::try_from(Timestamp::now().0 / 1000).unwrap(),
        timestamp_type: TimestampType::CreateTime,
        key: Some(Bytes::from(name)),
        value: Some(Bytes::from(payload)),
        headers: headers(&context, order),
    };
    let offset = log.append(record).unwrap();
    context.span().end();
    let mut line = handed.line(order, PutOutcome::Acknowledged, Timestamp::now());
    line.shard = Some(partition.to_string());
    line.sequence_number = Some(offset.to_string().into());
    line.context = TraceIds::of(context.span().span_context());
    line
}

/// The context next to headers of others: one of an earlier hop, bytes that are not text, null.
fn headers(context: &Context, order: Order) -> Vec<(std::sync::Arc<str>, Option<Bytes>)> {
    let mut headers = Headers::default();
    headers.push("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    headers.push("checksum", vec![0, 127, 128, 255]);
    headers.push_null("checksum");
    let fields = Propagators::default().inject(context);
    assert_eq!(inject(&mut headers, &fields, Some(order), 1024), Injection::Injected);
    headers.iter().map(|(name, value)| (name.into(), value.cloned())).collect()
}
