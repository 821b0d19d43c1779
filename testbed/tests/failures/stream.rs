//! The stream, and the records in it, put by the ordered publisher.

use std::time::Duration;

use aws_sdk_kinesis::Client;
use kinetrace::Telemetry;
use kinetrace::history::{Event, Produce};
use kinetrace_producer::ProduceStart;
use kinetrace_producer::{Publisher, Record};
use kinetrace_testbed::kinesis::create_stream;

use crate::failure::Payload;

pub(crate) const NAME: &str = "flights";
pub(crate) const ARN: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/flights";

const SHARDS: u16 = 2;
const GROUPS: usize = 16;

/// Creates the stream and puts so many records into it, packed or each by itself, each with its context in an envelope.
pub(crate) async fn fill(client: &Client, records: usize, packed: bool, collector: &str) -> (Vec<Event>, Vec<Produce>) {
    let shards = create_stream(client, NAME, SHARDS).await.unwrap();
    let telemetry = Telemetry::exporting_to(collector, "producer").unwrap();
    let publisher = Publisher::builder(client.clone(), NAME).telemetry(&telemetry).aggregation(packed).build();
    let mut deliveries = Vec::new();
    for number in 0..records {
        let payload = serde_json::to_string(&Payload { number }).unwrap();
        let record = Record::new(format!("group {}", number % GROUPS), payload);
        let handed = ProduceStart::now(NAME, &record.partition_key, &record.data);
        deliveries.push((handed, publisher.enqueue(record).await.unwrap()));
    }
    let mut produced = Vec::new();
    for (handed, delivery) in deliveries {
        produced.push(handed.settled(&delivery.await));
    }
    publisher.close().await;
    telemetry.flush(Duration::from_secs(10)).await;
    (shards.into_iter().map(Event::Shard).collect(), produced)
}

/// Creates the stream with one shard, and puts these records into it, one after another: their order is the shard's.
pub(crate) async fn fill_in_turn(client: &Client, payloads: &[String], collector: &str) -> (Vec<Event>, Vec<Produce>) {
    let shards = create_stream(client, NAME, 1).await.unwrap();
    let telemetry = Telemetry::exporting_to(collector, "producer").unwrap();
    let publisher = Publisher::builder(client.clone(), NAME).telemetry(&telemetry).build();
    let mut produced = Vec::new();
    for (number, payload) in payloads.iter().enumerate() {
        let record = Record::new(format!("group {}", number % GROUPS), payload.as_str());
        let handed = ProduceStart::now(NAME, &record.partition_key, &record.data);
        produced.push(handed.settled(&publisher.enqueue(record).await.unwrap().await));
    }
    publisher.close().await;
    telemetry.flush(Duration::from_secs(10)).await;
    (shards.into_iter().map(Event::Shard).collect(), produced)
}
