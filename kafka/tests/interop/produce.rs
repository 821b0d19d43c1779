//! Records on their way out, by each of the clients that we trace.

use bytes::Bytes;
use kinetrace_kafka::{Propagation, Traced};
use krafka::Kafka;
use opentelemetry::Context;
use opentelemetry::trace::FutureExt as _;
use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};

use crate::broker::broker;
use crate::line::Line;

/// What keeps the order of a key's records, and keeps them where other clients look for them.
pub(crate) fn config() -> ClientConfig {
    let mut config = broker().config();
    config.set("enable.idempotence", "true").set("partitioner", "murmur2_random");
    config
}

/// Each record in its context.
pub(crate) async fn by_rdkafka(
    config: &ClientConfig,
    propagation: &Propagation,
    topic: &str,
    records: &[(Line, Context)],
) -> Vec<Line> {
    let producer: FutureProducer = config.create().unwrap();
    let producer = Traced::with(producer, propagation);
    let queue = |(record, context): &(Line, Context)| {
        let _guard = context.clone().attach();
        producer.send_result(future_record(topic, record)).map_err(|(error, _)| error).unwrap()
    };
    let deliveries: Vec<_> = records.iter().map(queue).collect();
    let mut acknowledged = Vec::new();
    for ((record, _), delivery) in records.iter().zip(deliveries) {
        let delivery = delivery.await.unwrap().map_err(|(error, _)| error).unwrap();
        acknowledged.push(delivered(record, delivery.partition, delivery.offset));
    }
    acknowledged
}

fn future_record<'a>(topic: &'a str, record: &'a Line) -> FutureRecord<'a, [u8], [u8]> {
    let headers = record.headers.iter().fold(OwnedHeaders::new(), |list, header| {
        list.insert(Header { key: &header.name, value: header.value.as_ref().map(|it| &it.0) })
    });
    let mut queued = FutureRecord::to(topic).headers(headers);
    queued.partition = record.partition;
    queued.timestamp = record.timestamp;
    queued.key = record.key.as_ref().map(|it| &*it.0);
    queued.payload = record.value.as_ref().map(|it| &*it.0);
    queued
}

/// The same, by an interceptor.
pub(crate) async fn by_krafka(propagation: &Propagation, topic: &str, records: &[(Line, Context)]) -> Vec<Line> {
    let kafka = Kafka::builder(broker().bootstrap_servers.clone()).connect().await.unwrap();
    let producer = kafka.producer().interceptor(propagation.clone()).build().await.unwrap();
    let mut handles = Vec::new();
    for (record, context) in records {
        let queued = producer.enqueue(krafka_record(topic, record)).with_context(context.clone());
        handles.push(queued.await.unwrap());
    }
    let mut acknowledged = Vec::new();
    for ((record, _), handle) in records.iter().zip(handles) {
        let delivery = handle.await.unwrap();
        acknowledged.push(delivered(record, delivery.partition, delivery.offset));
    }
    producer.close().await.unwrap();
    acknowledged
}

fn krafka_record(topic: &str, record: &Line) -> krafka::Record {
    let mut queued = krafka::Record::new(topic, "");
    queued.partition = record.partition;
    queued.timestamp = record.timestamp;
    queued.key = record.key.as_ref().map(|it| Bytes::from(it.0.clone()));
    queued.value = record.value.as_ref().map(|it| Bytes::from(it.0.clone()));
    for header in &record.headers {
        queued = match &header.value {
            Some(value) => queued.header(&header.name, value.0.clone()),
            None => queued.null_header(&header.name),
        };
    }
    queued
}

fn delivered(record: &Line, partition: i32, offset: i64) -> Line {
    Line { partition: Some(partition), offset: Some(offset), ..record.clone() }
}
