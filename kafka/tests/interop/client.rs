//! Our side: rdkafka and krafka with contexts in the headers.

use std::sync::Arc;

use bytes::Bytes;
use kinetrace::kafka::{Headers, extract, inject};
use kinetrace::{Fields, Injection};
use krafka::Kafka;
use rdkafka::Message as _;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{BorrowedMessage, Header as NamedValue, Headers as _, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::util::Timeout;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use crate::broker::broker;
use crate::line::{Header, Line};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Client {
    Rdkafka,
    Krafka,
}

impl Client {
    /// The records as they were acknowledged, each with the context that it carries.
    pub(crate) async fn produce(self, topic: &str, records: &[Line]) -> Vec<Line> {
        let carrying = records.iter().map(|record| with_context(record, &new_trace())).collect::<Vec<_>>();
        self.send(topic, &carrying).await
    }

    /// To the same partitions; each with a context in the trace of the one that it carried.
    pub(crate) async fn forward(self, topic: &str, count: usize, destination: &str) -> Vec<Line> {
        let read = consume(topic, count);
        let carrying = read.iter().map(|it| with_context(it, it.trace_id.as_ref().unwrap())).collect::<Vec<_>>();
        self.send(destination, &carrying).await
    }

    /// The records as they are.
    pub(crate) async fn send(self, topic: &str, records: &[Line]) -> Vec<Line> {
        match self {
            Self::Rdkafka => by_rdkafka(&config(), topic, records).await,
            Self::Krafka => by_krafka(topic, records).await,
        }
    }
}

fn new_trace() -> String {
    format!("{:032x}", fastrand::u128(1..))
}

fn with_context(record: &Line, trace: &str) -> Line {
    let span = format!("{:016x}", fastrand::u64(1..));
    let mut fields = Fields::default();
    fields.set("traceparent", format!("00-{trace}-{span}-01"));
    fields.set("tracestate", "kinetrace=1".to_owned());
    let mut headers = to_headers(&record.headers);
    assert_eq!(inject(&mut headers, &fields, None, usize::MAX), Injection::Injected);
    let ids = Line { trace_id: Some(trace.to_owned()), span_id: Some(span), ..record.clone() };
    Line { headers: from_headers(&headers), ..ids }
}

/// What keeps the order of a key's records, and keeps them where other clients look for them.
fn config() -> ClientConfig {
    let mut config = broker().config();
    config.set("enable.idempotence", "true").set("partitioner", "murmur2_random");
    config
}

pub(crate) async fn by_rdkafka(config: &ClientConfig, topic: &str, records: &[Line]) -> Vec<Line> {
    let producer: FutureProducer = config.create().unwrap();
    let deliveries: Vec<_> = records
        .iter()
        .map(|record| {
            let headers = record.headers.iter().fold(OwnedHeaders::new(), |list, header| {
                list.insert(NamedValue { key: &header.name, value: header.value.as_ref().map(|it| &it.0) })
            });
            let mut queued = FutureRecord::<[u8], [u8]>::to(topic).headers(headers);
            queued.partition = record.partition;
            queued.timestamp = record.timestamp;
            queued.key = record.key.as_ref().map(|it| &*it.0);
            queued.payload = record.value.as_ref().map(|it| &*it.0);
            producer.send_result(queued).map_err(|(error, _)| error).unwrap()
        })
        .collect();
    let mut acknowledged = Vec::new();
    for (record, delivery) in records.iter().zip(deliveries) {
        let delivery = delivery.await.unwrap().map_err(|(error, _)| error).unwrap();
        acknowledged.push(delivered(record, delivery.partition, delivery.offset));
    }
    acknowledged
}

async fn by_krafka(topic: &str, records: &[Line]) -> Vec<Line> {
    let kafka = Kafka::builder(broker().bootstrap_servers.clone()).connect().await.unwrap();
    let producer = kafka.producer().build().await.unwrap();
    let mut handles = Vec::new();
    for record in records {
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
        handles.push(producer.enqueue(queued).await.unwrap());
    }
    let mut acknowledged = Vec::new();
    for (record, handle) in records.iter().zip(handles) {
        let delivery = handle.await.unwrap();
        acknowledged.push(delivered(record, delivery.partition, delivery.offset));
    }
    producer.close().await.unwrap();
    acknowledged
}

fn delivered(record: &Line, partition: i32, offset: i64) -> Line {
    Line { partition: Some(partition), offset: Some(offset), ..record.clone() }
}

/// The first `count` records of a topic, by partition and offset, with the context that is found in their headers.
pub(crate) fn consume(topic: &str, count: usize) -> Vec<Line> {
    let client: BaseConsumer = broker().config().create().unwrap();
    let metadata = client.fetch_metadata(Some(topic), Timeout::Never).unwrap();
    let partitions: Vec<_> = metadata.topics()[0].partitions().iter().map(|it| it.id()).collect();
    consume_from(topic, &partitions, count)
}

/// The first `count` records of these partitions.
pub(crate) fn consume_from(topic: &str, partitions: &[i32], count: usize) -> Vec<Line> {
    let consumer: BaseConsumer = broker().config().set("group.id", "interop").create().unwrap();
    let mut assigned = TopicPartitionList::new();
    for partition in partitions {
        assigned.add_partition_offset(topic, *partition, Offset::Beginning).unwrap();
    }
    consumer.assign(&assigned).unwrap();
    let polled = std::iter::repeat_with(|| consumer.poll(Timeout::Never).unwrap().unwrap());
    let mut read: Vec<_> = polled.take(count).map(|message| line(&message)).collect();
    read.sort_by_key(|line| (line.partition, line.offset));
    read
}

fn line(message: &BorrowedMessage<'_>) -> Line {
    let mut headers = Headers::default();
    for NamedValue { key, value } in message.headers().into_iter().flat_map(|it| it.iter()) {
        match value {
            Some(value) => headers.push(key, value.to_owned()),
            None => headers.push_null(key),
        }
    }
    let context = extract(&headers);
    let mut ids = context.fields.get("traceparent").unwrap_or_default().split('-').skip(1).map(str::to_owned);
    Line {
        partition: Some(message.partition()),
        offset: Some(message.offset()),
        timestamp: message.timestamp().to_millis(),
        key: message.key().map(Into::into),
        value: message.payload().map(Into::into),
        headers: from_headers(&headers),
        trace_id: ids.next(),
        span_id: ids.next(),
        relation: None,
    }
}

fn to_headers(headers: &[Header]) -> Headers {
    headers.iter().map(|it| (Arc::from(&*it.name), it.value.as_ref().map(|value| value.0.clone().into()))).collect()
}

fn from_headers(headers: &Headers) -> Vec<Header> {
    headers.iter().map(|(name, value)| value.map_or_else(|| Header::null(name), |it| Header::new(name, it))).collect()
}
